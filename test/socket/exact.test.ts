import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { readExactly, readExactlySync, writeAll, writeAllSync } from "../../lib/socket/exact.ts";
import { Socket } from "../../lib/socket/socket.ts";
import * as sys from "../../lib/sys/index.ts";
import { Pipe } from "../../lib/descriptors/pipe.ts";
import { native } from "../../lib/native/native.ts";
import { countWaits } from "../multiplexer/contract/fixture.ts";
import { tcpPair } from "../support/reactors.ts";
import { Python } from "../support/python.ts";
import { receiveSignals } from "../support/signals.ts";
import { openPair, openPipe } from "../sys/support.ts";

const LARGE = 3_000_000;
const pattern = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => i * 7);
const failure = (code: string, transferred: number) =>
  expect.objectContaining({ code, transferred }) as Error;

/** Has a thread write to `fd`, bit by bit, after we have begun to wait. */
function writeLater(fd: number, pieces: number, close = false): void {
  const code = `
    const { workerData: { fd, pieces, close } } = require("node:worker_threads");
    const { writeSync, closeSync } = require("node:fs");
    for (let i = 0; i < pieces; i++) {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
      writeSync(fd, String(i % 10));
    }
    if (close) closeSync(fd);`;
  new Worker(code, { eval: true, workerData: { fd, pieces, close } });
}

const KINDS = [
  ["a non-blocking pipe", () => openPipe()],
  ["a blocking pipe", () => openPipe(0)],
  ["a non-blocking socket", () => openPair()],
  ["a blocking socket", () => sys.socketpair(sys.AF_UNIX, sys.SOCK_STREAM).map(ownedFd)],
] as const;

function ownedFd(fd: number): number {
  onTestFinished(() => sys.close(fd));
  return fd;
}

describe.each(KINDS)("readExactly and writeAll on %s", (_, open) => {
  const ends = (): [number, number] => open() as [number, number];

  it("take what arrives in pieces, into the part of the buffer that is asked for", () => {
    const [here, there] = ends();
    const buffer = Buffer.alloc(9, ".");
    writeLater(there, 5);

    expect(readExactlySync(here, buffer, { offset: 2, length: 5 })).toBe(5);

    expect(buffer.toString()).toBe("..01234..");
  });

  it("read fewer bytes only where the stream ends", async () => {
    const [here, there] = sys.pipe2(sys.O_CLOEXEC | sys.O_NONBLOCK);
    ownedFd(here);
    sys.write(there, Buffer.from("abc"));
    sys.close(there);

    expect(readExactlySync(here, new Uint8Array(9))).toBe(3);
    expect(await readExactly(here, new Uint8Array(9))).toBe(0);
  });

  it("give up when the time has passed, and say how much is there", async () => {
    const [here, there] = ends();
    sys.write(there, Buffer.from("abc"));

    expect(() => readExactlySync(here, new Uint8Array(9), { timeoutMs: 20 })).toThrow(
      failure("ETIMEDOUT", 3),
    );
    await expect(readExactly(here, new Uint8Array(9), { timeoutMs: 20 })).rejects.toEqual(
      failure("ETIMEDOUT", 0),
    );
    expect(readExactlySync(here, new Uint8Array(0), { timeoutMs: 0 })).toBe(0);
  });

  it("write in time what a slow reader takes, without spinning", async () => {
    const [here, there] = ends();
    const sent = pattern(LARGE);
    const received = new Uint8Array(LARGE);

    const [written, read] = await Promise.all([writeAll(there, sent), readExactly(here, received)]);

    expect([written, read]).toEqual([LARGE, LARGE]);
    expect(Buffer.compare(sent, received)).toBe(0);
  });

  it("give up writing when the time has passed, and say how much went out", () => {
    const [, there] = ends();
    const bytes = new Uint8Array(LARGE);

    let transferred = 0;
    const waits = countWaits(() => {
      try {
        writeAllSync(there, bytes, { timeoutMs: 100 });
      } catch (error) {
        expect(error).toMatchObject({ code: "ETIMEDOUT" });
        transferred = (error as { transferred: number }).transferred;
      }
    });

    expect(transferred).toBeGreaterThan(1000);
    expect(transferred).toBeLessThan(LARGE);
    // Once for each page that a pipe takes; who spins waits thousands of times.
    expect(waits).toBeLessThan(100);
  });

  it("go on after signals", () => {
    const [here, there] = ends();
    receiveSignals();
    writeLater(there, 10);

    expect(readExactlySync(here, new Uint8Array(10))).toBe(10);
  });

  it("are given up with an AbortSignal", async () => {
    const [here] = ends();
    const signal = AbortSignal.timeout(20);

    await expect(readExactly(here, new Uint8Array(1), { signal })).rejects.toThrow(
      expect.objectContaining({ name: "TimeoutError" }),
    );
    await expect(
      readExactly(here, new Uint8Array(1), { signal: AbortSignal.abort() }),
    ).rejects.toThrow(expect.objectContaining({ name: "AbortError" }));
  });

  it("tell how many bytes are through, also when they are given up then", async () => {
    const [here, there] = ends();
    const controller = new AbortController();
    const told: number[] = [];
    sys.write(there, Buffer.from("abc"));
    const onProgress = (transferred: number): void => {
      told.push(transferred);
      if (transferred === 3) sys.write(there, Buffer.from("de"));
      else controller.abort();
    };

    await expect(
      readExactly(here, new Uint8Array(9), { signal: controller.signal, onProgress }),
    ).rejects.toThrow(expect.objectContaining({ name: "AbortError" }));

    expect(told).toEqual([3, 5]);
  });
});

describe("readExactly and writeAll", () => {
  it("exchange megabytes with Python", async () => {
    await using python = new Python();
    using listener = Socket.open(sys.AF_INET, sys.SOCK_STREAM)
      .bind({ address: "127.0.0.1", port: 0 })
      .listen();
    const { port } = listener.localAddress;
    await python.run(`there = socket.create_connection(("127.0.0.1", ${port}))`);
    using server = listener.accept()!;
    const echoed = python.run(
      `there.sendall(there.recv(${LARGE}, socket.MSG_WAITALL)[::-1]); there.shutdown(1)`,
    );

    await writeAll(server, pattern(LARGE));
    const received = new Uint8Array(LARGE + 1);
    expect(readExactlySync(server, received)).toBe(LARGE);

    await echoed;
    expect(Buffer.compare(received.subarray(0, LARGE).reverse(), pattern(LARGE))).toBe(0);
  });

  it("work on regular files", () => {
    const directory = mkdtempSync(join(tmpdir(), "pollux-"));
    const fd = openSync(join(directory, "file"), "w+");
    onTestFinished(() => {
      closeSync(fd);
      rmSync(directory, { recursive: true });
    });
    writeFileSync(join(directory, "other"), pattern(10_000));
    const other = openSync(join(directory, "other"), "r");
    const buffer = new Uint8Array(20_000);

    expect(writeAllSync(fd, pattern(10_000))).toBe(10_000);
    expect(readExactlySync(other, buffer)).toBe(10_000);

    closeSync(other);
    expect(Buffer.compare(readFileSync(join(directory, "file")), pattern(10_000))).toBe(0);
    expect(Buffer.compare(buffer.subarray(0, 10_000), pattern(10_000))).toBe(0);
  });

  it("throw EPIPE with what went out before, and EBADF", () => {
    const [here, there] = sys.socketpair(sys.AF_UNIX, sys.SOCK_STREAM | sys.SOCK_NONBLOCK);
    ownedFd(here);
    sys.close(there);

    expect(() => writeAllSync(here, new Uint8Array(1))).toThrow(failure("EPIPE", 0));
    expect(() => readExactlySync(1_000_000, new Uint8Array(1))).toThrow(failure("EBADF", 0));
  });

  it.each([
    [{ offset: 5 }, "ERR_OUT_OF_RANGE"],
    [{ offset: 1, length: 4 }, "ERR_OUT_OF_RANGE"],
    [{ timeoutMs: -1 }, "ERR_OUT_OF_RANGE"],
    [{ timeoutMs: NaN }, "ERR_OUT_OF_RANGE"],
  ])("refuse %j on 4 bytes", async (options, code) => {
    expect(() => readExactlySync(0, new Uint8Array(4), options)).toThrow(
      expect.objectContaining({ code }),
    );
    await expect(writeAll(0, new Uint8Array(4), options)).rejects.toMatchObject({ code });
  });
});

describe("readExactly and writeAll of a descriptor above FD_SETSIZE", () => {
  it("wait, whatever POLLUX_MULTIPLEXER says", async () => {
    vi.stubEnv("POLLUX_MULTIPLEXER", "select");
    onTestFinished(() => void vi.unstubAllEnvs());
    const [low, there] = openPair();
    const here = ownedFd(sys.fcntl(low, sys.F_DUPFD_CLOEXEC, 1119));

    writeLater(there, 1);
    expect(readExactlySync(here, new Uint8Array(1))).toBe(1);
    writeLater(there, 1);
    expect(await readExactly(here, new Uint8Array(1))).toBe(1);
  });
});

describe("a second readExactly or writeAll", () => {
  const refused = expect.objectContaining({ code: "ERR_INVALID_STATE" }) as Error;

  it("is refused while the first one waits, by object and by number, and taken after it", async () => {
    const [here, there] = Socket.pair();
    const first = new Uint8Array(4);
    const reading = readExactly(here, first);
    const writing = writeAll(here, pattern(LARGE));

    for (const target of [here, here.fd]) {
      await expect(readExactly(target, new Uint8Array(2))).rejects.toThrow(refused);
      expect(() => readExactlySync(target, new Uint8Array(2))).toThrow(refused);
      await expect(writeAll(target, Buffer.from("x"))).rejects.toThrow(refused);
    }
    there.send(Buffer.from("abcdef"));
    const received = new Uint8Array(LARGE);

    expect(await readExactly(there, received)).toBe(LARGE);
    expect(await reading).toBe(4);
    expect(Buffer.from(first).toString()).toBe("abcd");
    expect(await writing).toBe(LARGE);
    expect(Buffer.compare(received, pattern(LARGE))).toBe(0);
    expect(await readExactly(here, new Uint8Array(2))).toBe(2);
    here.close();
    there.close();
  });

  it("is taken where the first one's descriptor is closed, and its number another's", async () => {
    const [old, peer] = Socket.pair();
    const { fd } = old;
    const reading = readExactly(old, new Uint8Array(4));
    old.close();
    const [next, there] = Socket.pair();
    there.send(Buffer.from("ab"));

    const again = readExactly(next, new Uint8Array(2));

    expect(next.fd).toBe(fd);
    expect(await again).toBe(2);
    await expect(reading).rejects.toThrow(failure("EBADF", 0));
    for (const socket of [peer, next, there]) socket.close();
  });
});

describe("readExactly and writeAll of a socket that is closed meanwhile", () => {
  it("are rejected with EBADF, and what was transferred", async () => {
    const [reader, peer] = Socket.pair();
    const [writer, silent] = Socket.pair();
    peer.send(Buffer.from("ab"));
    const reading = readExactly(reader, new Uint8Array(4));
    const writing = writeAll(writer, new Uint8Array(LARGE));

    setImmediate(() => {
      reader.close();
      writer.close();
    });

    await Promise.all([
      expect(reading).rejects.toThrow(failure("EBADF", 2)),
      expect(writing).rejects.toThrow(expect.objectContaining({ code: "EBADF" }) as Error),
    ]);
    peer.close();
    silent.close();
  });
});

describe("readExactly of a connection whose error queue has a message", () => {
  const TIMESTAMPS = 0x812; // TX_SOFTWARE, SOFTWARE, OPT_TSONLY
  const stamped = (blocking = false): Socket => {
    const [there, here] = tcpPair();
    onTestFinished(() => {
      there.close();
      here.close();
    });
    here.blocking = blocking;
    here.setOption("SO_TIMESTAMPING", TIMESTAMPS).send(Buffer.from("x"));
    return here;
  };

  it("ends in time, and hardly asks: readExactlySync", () => {
    const here = stamped();

    const waits = countWaits(() => {
      expect(() => readExactlySync(here, new Uint8Array(1), { timeoutMs: 100 })).toThrow(
        failure("ETIMEDOUT", 0),
      );
    });

    expect(waits).toBeLessThan(60);
  });

  it("ends in time, and hardly asks: readExactly", async () => {
    const here = stamped();
    const receive = vi.spyOn(native, "recv");
    onTestFinished(() => {
      receive.mockRestore();
    });

    await expect(readExactly(here, new Uint8Array(1), { timeoutMs: 100 })).rejects.toEqual(
      failure("ETIMEDOUT", 0),
    );

    expect(receive.mock.calls.length).toBeLessThan(60);
  });

  it("ends in time, and hardly asks: a blocking recv", () => {
    const here = stamped(true).setOption("SO_RCVTIMEO", { sec: 0, usec: 100_000 });

    const waits = countWaits(() => {
      expect(here.recv(new Uint8Array(1))).toBe(null);
    });

    expect(waits).toBeLessThan(60);
  });
});

describe("a buffer of more than 2 GiB", () => {
  const OFFSET = 2.5 * 2 ** 30;
  const large = new Uint8Array(3 * 2 ** 30);
  const part = { offset: OFFSET, length: 3 };

  it("gives and takes a few bytes", async () => {
    const [here, there] = Socket.pair();
    using pipe = new Pipe();
    large.set(Buffer.from("abc"), OFFSET);
    const read = (): string => {
      const buffer = Buffer.alloc(9);
      return buffer.toString("latin1", 0, there.recv(buffer) ?? 0);
    };

    expect([here.send(large, OFFSET, 3), read()]).toEqual([3, "abc"]);
    expect([writeAllSync(here, large, part), read()]).toEqual([3, "abc"]);
    expect([await writeAll(here, large, part), read()]).toEqual([3, "abc"]);
    there.send(Buffer.from("def"));
    expect(readExactlySync(here, large, part)).toBe(3);
    expect(Buffer.from(large.subarray(OFFSET, OFFSET + 3)).toString()).toBe("def");
    there.send(Buffer.from("ghi"));
    expect([here.recv(large, OFFSET), large[OFFSET + 2]]).toEqual([3, 0x69]);
    expect(pipe.writer.write(large, OFFSET, 3)).toBe(3);
    expect(pipe.reader.read(large, OFFSET + 1)).toBe(3);
    expect(() => here.send(large, OFFSET, 2 ** 30)).toThrow(
      expect.objectContaining({ code: "ERR_OUT_OF_RANGE" }),
    );
    here.close();
    there.close();
  });
});
