import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { Pipe } from "../../lib/descriptors/pipe.ts";
import { MULTIPLEXERS } from "../../lib/multiplexer/create.ts";
import { native } from "../../lib/native/native.ts";
import { Relay } from "../../lib/servers/relay.ts";
import type { RelayOptions } from "../../lib/servers/relay_options.ts";
import { Socket } from "../../lib/socket/socket.ts";
import * as sys from "../../lib/sys/index.ts";

const LOOPBACK = { address: "127.0.0.1", port: 0 };

/** Closed at the end of the test. */
function owned<T extends { close(): void }>(owner: T): T {
  onTestFinished(() => {
    owner.close();
  });
  return owner;
}

function file(content = ""): string {
  const folder = mkdtempSync(join(tmpdir(), "pollux-relay-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  writeFileSync(join(folder, "file"), content);
  return join(folder, "file");
}

function opened(path: string, flags: string): number {
  const fd = openSync(path, flags);
  onTestFinished(() => {
    closeSync(fd);
  });
  return fd;
}

function pair(type: number = sys.SOCK_STREAM): [Socket, Socket] {
  const [here, there] = Socket.pair(type);
  return [owned(here), owned(there)];
}

/** Both ends of a TCP connection. */
function tcp(): [Socket, Socket] {
  using listener = Socket.open(sys.AF_INET, sys.SOCK_STREAM).bind(LOOPBACK).listen();
  const here = owned(Socket.open(sys.AF_INET, sys.SOCK_STREAM));
  here.connectSync(listener.localAddress);
  return [here, owned(listener.accept()!)];
}

function text(receive: (buffer: Uint8Array) => number | null): string {
  const buffer = new Uint8Array(1024);
  return Buffer.from(buffer.subarray(0, receive(buffer) ?? 0)).toString();
}

describe.each(MULTIPLEXERS)("Relay on %s", (multiplexer) => {
  const relay = (socket: Socket, options: RelayOptions): Relay =>
    new Relay(socket, { multiplexer, patienceMs: 0, ...options });

  it("copies a file to the peer, ends that direction, and writes the answer to a file", async () => {
    const [here, there] = tcp();
    const target = file();
    const input = opened(file("question"), "r");
    const done = relay(here, { input, output: opened(target, "w") }).run();
    while (bytesIn(there) < 8) await new Promise(setImmediate);
    expect(text((buffer) => there.recv(buffer))).toBe("question");
    while (there.recv(new Uint8Array(1)) === null) await new Promise(setImmediate);

    there.send(Buffer.from("answer"));
    there.close();

    expect(await done).toEqual({ sent: 8, received: 6, state: "ended" });
    expect(readFileSync(target, "utf8")).toBe("answer");
  });

  it("sees the peer's end while the input is silent", () => {
    const [here, there] = pair();
    const [input, output] = [owned(new Pipe()), owned(new Pipe())];
    there.send(Buffer.from("goodbye"));
    there.shutdown(sys.SHUT_WR);

    const totals = relay(here, { input: input.reader, output: output.writer }).runSync();

    expect(totals).toEqual({ sent: 0, received: 7, state: "premature" });
    expect(text((buffer) => output.reader.read(buffer))).toBe("goodbye");
  });

  it("waits with the call of the multiplexer that it is given", () => {
    const [here, there] = tcp();
    there.send(Buffer.from("goodbye"));
    there.shutdown(sys.SHUT_WR);
    const [select, poll] = [vi.spyOn(native, "pselect"), vi.spyOn(native, "ppoll")];
    onTestFinished(() => {
      vi.restoreAllMocks();
    });

    relay(here, { input: owned(new Pipe()).reader, output: opened(file(), "w") }).runSync();

    expect([select.mock.calls.length > 0, poll.mock.calls.length > 0]).toEqual([
      multiplexer === "select",
      multiplexer === "poll",
    ]);
  });

  it("goes on sending to a peer that has ended its own direction", () => {
    const [here, there] = tcp();
    const input = opened(file("question"), "r");
    there.shutdown(sys.SHUT_WR);

    const totals = relay(here, { input, output: opened(file(), "w") }).runSync();

    expect(totals).toEqual({ sent: 8, received: 0, state: "ended" });
    expect(text((buffer) => there.recv(buffer))).toBe("question");
  });

  it("writes what had arrived before the peer's reset, and then throws", () => {
    const [here, there] = tcp();
    const target = file();
    there.send(Buffer.from("last words"));
    there.setOption("SO_LINGER", { onoff: true, linger: 0 });
    there.close();

    const client = relay(here, {
      input: opened(file("question"), "r"),
      output: opened(target, "w"),
    });

    expect(() => client.runSync()).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^(ECONNRESET|EPIPE)$/) as string }),
    );
    expect(client.totals).toMatchObject({ received: 10, state: "broken" });
    expect(readFileSync(target, "utf8")).toBe("last words");
  });

  it("throws when the peer, which ended first, resets what it had not received yet", async () => {
    const [here, there] = tcp();
    here.setOption("SO_SNDBUF", 1_000_000);
    there.setOption("SO_RCVBUF", 4096).shutdown(sys.SHUT_WR);
    const input = opened(file("x".repeat(200_000)), "r");
    const client = relay(here, { input, output: opened(file(), "w") });
    const done = client.run();
    while (here.getOption("TCP_INFO").state !== sys.TCP_LAST_ACK) await new Promise(setImmediate);

    there.setOption("SO_LINGER", { onoff: true, linger: 0 });
    there.close();

    await expect(done).rejects.toMatchObject({ code: "ECONNRESET", syscall: "send" });
    expect(client.totals.state).toBe("broken");
  });

  it("ends with EPIPE of the output when nobody reads it", () => {
    const [here, there] = pair();
    const [input, output] = [owned(new Pipe()), owned(new Pipe())];
    output.reader.close();
    there.send(Buffer.from("hello"));

    const client = relay(here, { input: input.reader, output: output.writer });

    expect(() => client.runSync()).toThrow(
      expect.objectContaining({ code: "EPIPE", syscall: "write", fd: output.writer.fd }),
    );
  });

  it("sends what was read before the input failed, and then throws", () => {
    const [here, there] = pair();
    there.shutdown(sys.SHUT_WR);
    const client = relay(here, { input: opened(tmpdir(), "r"), output: opened(file(), "w") });

    expect(() => client.runSync()).toThrow(
      expect.objectContaining({ code: "EISDIR", syscall: "read" }),
    );
    expect(there.recv(new Uint8Array(1))).toBe(0);
  });

  it.each([
    ["SOCK_DGRAM", sys.SOCK_DGRAM],
    ["SOCK_SEQPACKET", sys.SOCK_SEQPACKET],
  ])("sends each line as a message on %s, and the unfinished last one", (_, type) => {
    const [here, there] = pair(type);
    const target = file();
    const input = opened(file("one\n\nthree"), "r");
    there.send(Buffer.from("an answer"));
    if (type === sys.SOCK_SEQPACKET) there.shutdown(sys.SHUT_WR);

    const totals = relay(here, { input, output: opened(target, "w") }).runSync();

    expect(totals).toEqual({ sent: 10, received: 9, state: "ended" });
    const lines = [1, 2, 3].map(() => text((buffer) => there.recv(buffer)));
    expect(lines).toEqual(["one\n", "\n", "three"]);
    expect(readFileSync(target, "utf8")).toBe("an answer");
  });

  it("tells that nobody listens at the port of its datagrams", () => {
    const here = owned(Socket.open(sys.AF_INET, sys.SOCK_DGRAM));
    const gone = Socket.open(sys.AF_INET, sys.SOCK_DGRAM).bind(LOOPBACK);
    here.connect(gone.localAddress);
    gone.close();
    const input = owned(new Pipe());
    input.writer.write(Buffer.from("anybody?\n"));

    const client = relay(here, { input: input.reader, output: opened(file(), "w") });

    expect(() => client.runSync()).toThrow(expect.objectContaining({ code: "ECONNREFUSED" }));
  });

  it("stops with the signal's reason, and closes what it has opened", async () => {
    const [here] = pair();
    const controller = new AbortController();
    const input = owned(new Pipe());
    const client = relay(here, { input: input.reader, output: opened(file(), "w") });
    const done = client.run({ signal: controller.signal });

    controller.abort(new Error("enough"));

    await expect(done).rejects.toThrow("enough");
    expect(client.totals.state).toBe("broken");
    await expect(client.run()).rejects.toThrow(
      expect.objectContaining({ code: "ERR_INVALID_STATE" }),
    );
  });
});

describe("Relay", () => {
  it("leaves the flags of its input and output as they are", () => {
    const [here, there] = pair();
    there.shutdown(sys.SHUT_WR);
    const [input, output] = [new Pipe({ blocking: true }), new Pipe({ blocking: true })].map(owned);
    const ends = [input!.reader, output!.writer];

    new Relay(here, { input: ends[0]!, output: ends[1]!, patienceMs: 0 }).runSync();

    for (const end of ends) expect(sys.fcntl(end.fd, sys.F_GETFL) & sys.O_NONBLOCK).toBe(0);
  });

  it("refuses an output that is not open", () => {
    const [here] = pair();

    expect(() => new Relay(here, { output: 2 ** 20 })).toThrow(
      expect.objectContaining({ code: "EBADF" }),
    );
  });
});

function bytesIn(socket: Socket): number {
  return sys.ioctlInt(socket.fd, sys.FIONREAD);
}
