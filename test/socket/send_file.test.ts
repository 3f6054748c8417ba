import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { MemFd } from "../../lib/descriptors/memfd.ts";
import { Socket } from "../../lib/socket/socket.ts";
import { writeAll } from "../../lib/socket/exact.ts";
import * as sys from "../../lib/sys/index.ts";
import { Python } from "../support/python.ts";

const { AF_INET, SOCK_STREAM } = sys;
const LOOPBACK = { address: "127.0.0.1", port: 0 };
// More than the buffers of both ends of a connection hold.
const LARGE = randomBytes(2 ** 24 + 77);

/** A file with this content. */
function fileOf(content: Uint8Array): MemFd {
  const file = new MemFd("send_file");
  onTestFinished(() => {
    file.close();
  });
  sys.pwritev(file.fd, [content], 0);
  return file;
}

/** Connects to Python, which then receives up to the end, counts, and hashes in `digest()`. */
async function connectToPython(python: Python, blocking = false): Promise<Socket> {
  await python.run(
    "import hashlib, threading; listener = socket.create_server(('127.0.0.1', 0)); state = hashlib.sha256(); size = 0; part = b''",
  );
  await python.run(`
def receive():
    global size
    peer = listener.accept()[0]
    while part := peer.recv(65536):
        state.update(part); size += len(part)
    peer.close()`);
  await python.run("thread = threading.Thread(target=receive); thread.start()");
  const port = Number(await python.run("listener.getsockname()[1]"));
  const socket = Socket.open(AF_INET, SOCK_STREAM, 0, { blocking });
  onTestFinished(() => {
    socket.close();
  });
  return socket.connectSync({ address: "127.0.0.1", port });
}

async function received(python: Python): Promise<{ size: unknown; digest: unknown }> {
  await python.run("thread.join()");
  return { size: await python.run("size"), digest: await python.run("state.hexdigest()") };
}

function digestOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

describe.each([
  ["non-blocking", false],
  ["blocking", true],
])("Socket.sendFile on a %s socket", (_, blocking) => {
  it("goes on after partial writes until Python has the whole file", async () => {
    await using python = new Python();
    const socket = await connectToPython(python, blocking);
    const parts: number[] = [];

    const sent = await socket.sendFile(fileOf(LARGE), {
      onProgress: (transferred) => parts.push(transferred),
    });
    socket.close();

    expect(sent).toBe(LARGE.length);
    expect(await received(python)).toEqual({ size: sent, digest: digestOf(LARGE) });
    expect([parts.length > 2, parts.at(-1)]).toEqual([true, LARGE.length]);
  });

  it("sends in the blocking form a part of the file, and leaves its own offset", async () => {
    await using python = new Python();
    const socket = await connectToPython(python, blocking);
    const file = fileOf(LARGE);
    const [offset, count] = [12_345, 2 ** 23 + 1];

    const sent = socket.sendFileSync(file, { offset, count });
    socket.close();

    const part = LARGE.subarray(offset, offset + count);
    expect(await received(python)).toEqual({ size: sent, digest: digestOf(part) });
    const first = Buffer.alloc(1);
    expect([sys.read(file.fd, first), first[0]]).toEqual([1, LARGE[0]]);
  });

  it("returns fewer bytes where the file ends, and 0 beyond its end", async () => {
    const [here, there] = Socket.pair(SOCK_STREAM, { blocking });
    const file = fileOf(Buffer.from("0123456789"));

    expect(await here.sendFile(file, { offset: 7, count: 99 })).toBe(3);
    expect(here.sendFileSync(file, { offset: 10 })).toBe(0);
    expect(here.sendFileSync(file, { count: 0 })).toBe(0);

    const buffer = Buffer.alloc(9);
    expect(buffer.toString("latin1", 0, there.recv(buffer) ?? 0)).toBe("789");
    here.close();
    there.close();
  });

  it("throws ETIMEDOUT with what was sent, when the peer does not read", async () => {
    const [here, there] = Socket.pair(SOCK_STREAM, { blocking });
    const file = fileOf(LARGE);

    const failure = expect.objectContaining({ code: "ETIMEDOUT", syscall: "sendfile" }) as Error;
    expect(() => here.sendFileSync(file, { timeoutMs: 20 })).toThrow(failure);
    await expect(here.sendFile(file, { timeoutMs: 20 })).rejects.toThrow(failure);

    expect(there.closed).toBe(false);
    here.close();
    there.close();
  });

  it("throws EPIPE when the peer is gone, EBADF and EINVAL for what is no file", async () => {
    const [here, there] = Socket.pair(SOCK_STREAM, { blocking });
    there.close();
    const file = fileOf(Buffer.from("x"));

    await expect(here.sendFile(file)).rejects.toThrow(
      expect.objectContaining({ code: "EPIPE", transferred: 0 }),
    );
    expect(() => here.sendFileSync(1_000_000)).toThrow(expect.objectContaining({ code: "EBADF" }));
    expect(() => here.sendFileSync(here)).toThrow(expect.objectContaining({ code: "ESPIPE" }));
    here.close();
  });
});

describe("Socket.sendFile", () => {
  it("takes a FileHandle of node:fs/promises", async () => {
    const directory = mkdtempSync(join(tmpdir(), "pollux-"));
    const path = join(directory, "file");
    writeFileSync(path, "hello");
    const handle = await open(path);
    const [here, there] = Socket.pair();

    expect(await here.sendFile(handle, { offset: 1 })).toBe(4);

    const buffer = Buffer.alloc(9);
    expect(buffer.toString("latin1", 0, there.recv(buffer) ?? 0)).toBe("ello");
    await handle.close();
    rmSync(directory, { recursive: true });
    here.close();
    there.close();
  });

  it("leaves the event loop free, and ends with the reason of a signal", async () => {
    const [here, there] = Socket.pair();
    const controller = new AbortController();
    const sending = here.sendFile(fileOf(LARGE), {
      signal: controller.signal,
      onProgress: () => {
        queueMicrotask(() => {
          controller.abort(new Error("enough"));
        });
      },
    });

    await expect(sending).rejects.toThrow("enough");

    here.close();
    there.close();
  });

  it("allows one transfer at a time, as writeAll does", async () => {
    const [here, there] = Socket.pair();
    const file = fileOf(LARGE);
    const controller = new AbortController();
    const sending = here.sendFile(file, { signal: controller.signal });
    await Promise.resolve();

    expect(() => here.sendFileSync(file)).toThrow(
      expect.objectContaining({ code: "ERR_INVALID_STATE" }),
    );
    await expect(writeAll(here, Buffer.from("x"))).rejects.toThrow(
      expect.objectContaining({ code: "ERR_INVALID_STATE" }),
    );

    controller.abort();
    await expect(sending).rejects.toThrow();
    here.close();
    there.close();
  });

  it.each([{ offset: -1 }, { offset: 0.5 }, { count: -1 }, { offset: 1, count: 2 ** 53 - 1 }])(
    "refuses %j",
    (options) => {
      const [here, there] = Socket.pair();

      expect(() => here.sendFileSync(0, options)).toThrow(RangeError);
      here.close();
      there.close();
    },
  );
});

describe("Socket.duplicate", () => {
  it("shares the connection, which ends with the last descriptor", () => {
    const [here, there] = Socket.pair();
    const other = here.duplicate();
    const buffer = Buffer.alloc(4);
    expect(other.fd).not.toBe(here.fd);

    here.send(Buffer.from("a"));
    here.close();
    other.send(Buffer.from("b"));
    const before = there.recv(buffer);
    other.close();

    expect([before, there.recv(buffer)]).toEqual([2, 0]);
    there.close();
  });

  it("is close-on-exec, shares O_NONBLOCK, and knows the peer of an accepted connection", () => {
    using listener = Socket.open(AF_INET, SOCK_STREAM).bind(LOOPBACK).listen();
    using client = Socket.open(AF_INET, SOCK_STREAM).connectSync(listener.localAddress);
    using accepted = listener.accept();
    using other = accepted?.duplicate();

    client.setOption("SO_LINGER", { onoff: true, linger: 0 });
    const peer = client.localAddress;
    client.close();

    expect(sys.fcntl(other?.fd ?? -1, sys.F_GETFD)).toBe(sys.FD_CLOEXEC);
    expect([other?.blocking, String(other?.remoteAddress)]).toEqual([false, String(peer)]);
  });

  it("throws EBADF after close()", () => {
    const [here, there] = Socket.pair();
    here.close();
    there.close();

    expect(() => here.duplicate()).toThrow(
      expect.objectContaining({ code: "EBADF", syscall: "fcntl" }),
    );
  });
});

describe("a transfer whose descriptor is closed under way", () => {
  it("sends nothing of another file that has got the number", async () => {
    const [here, there] = Socket.pair();
    const file = new MemFd("first");
    sys.pwritev(file.fd, [Buffer.alloc(3_000_000, "A")], 0);
    const number = file.fd;

    const sending = here.sendFile(file);
    file.close();
    const other = new MemFd("second");
    sys.pwritev(other.fd, [Buffer.alloc(3_000_000, "B")], 0);
    const buffer = Buffer.alloc(65_536);
    const received: number[] = [];
    const outcome = sending.then(
      () => null,
      (error: unknown) => error,
    );
    // What had been sent before, and no more.
    for (let size = there.recv(buffer); size; size = there.recv(buffer)) received.push(buffer[0]!);

    expect(other.fd).toBe(number);
    expect(await outcome).toMatchObject({ code: "EBADF", syscall: "sendfile" });
    expect(received).not.toContain("B".charCodeAt(0));
    for (const each of [here, there, other]) each.close();
  });

  it("writes nothing to another socket that has got the number within onProgress", async () => {
    const [here, there] = Socket.pair();
    const pairs: Socket[] = [];
    const number = here.fd;
    const onProgress = (): void => {
      if (pairs.length > 0) return;
      here.close();
      pairs.push(...Socket.pair());
    };

    const failed = writeAll(here, Buffer.alloc(3_000_000, "S"), { onProgress });

    await expect(failed).rejects.toMatchObject({ code: "EBADF", fd: number });
    expect(pairs.map((socket) => socket.fd)).toContain(number);
    for (const socket of pairs) expect(socket.recv(Buffer.alloc(16))).toBeNull();
    for (const each of [there, ...pairs]) each.close();
  });
});
