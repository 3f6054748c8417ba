import { once } from "node:events";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createMultiplexer } from "../../lib/multiplexer/create.ts";
import { Connection } from "../../lib/reactor/connection.ts";
import { type Handler, Reactor } from "../../lib/reactor/reactor.ts";
import { DatagramBatch } from "../../lib/socket/datagram_batch.ts";
import { writeAllSync } from "../../lib/socket/exact.ts";
import { Socket } from "../../lib/socket/socket.ts";
import * as sys from "../../lib/sys/index.ts";

// libuv opens its pipe for signals with the first handler, and keeps it: now, before a test looks.
const ignore = (): void => undefined;
process.on("SIGPIPE", ignore).off("SIGPIPE", ignore);

const BYTES = Buffer.from("x");

/** Writes by a connection, which tells its end instead of throwing. */
function writeByConnection(socket: Socket): void {
  const reactor = new Reactor(createMultiplexer<Handler>());
  let ended: unknown;
  const connection = new Connection(reactor, socket, {
    onData: () => undefined,
    onEnd: () => undefined,
    onClose: (_connection, error) => (ended = error),
  });
  connection.write(BYTES);
  while (ended === undefined) reactor.turnSync(1000);
  reactor.close();
  throw ended as Error;
}

describe("SIGPIPE", () => {
  const onSignal = vi.fn();
  beforeEach(() => void process.on("SIGPIPE", onSignal));
  afterEach(() => {
    process.off("SIGPIPE", onSignal);
    onSignal.mockClear();
  });

  /** Signals are handled in their order: when a later one was, the earlier one would have been. */
  async function laterSignal(): Promise<void> {
    const later = once(process, "SIGUSR2");
    process.kill(process.pid, "SIGUSR2");
    await later;
  }

  it.each<[name: string, write: (socket: Socket) => unknown]>([
    ["Socket.send", (socket) => socket.send(BYTES)],
    ["Socket.sendMessage", (socket) => socket.sendMessage(BYTES)],
    ["Socket.writev", (socket) => socket.writev([BYTES])],
    ["writeAllSync", (socket) => writeAllSync(socket, BYTES)],
    ["DatagramBatch.send", (socket) => new DatagramBatch().add(BYTES).send(socket)],
    ["Connection.write", writeByConnection],
  ])("is not raised by %s, which says EPIPE", async (_name, write) => {
    const [here, there] = Socket.pair();
    there.close();

    expect(() => write(here)).toThrow(expect.objectContaining({ code: "EPIPE" }));

    await laterSignal();
    expect(onSignal).not.toHaveBeenCalled();
    here.close();
  });

  it("is no reason for Socket.writev to send an empty datagram, or to refuse nothing", () => {
    const [here, there] = Socket.pair(sys.SOCK_DGRAM);

    expect([here.writev([]), here.writev([new Uint8Array(0)])]).toEqual([0, 0]);
    expect(there.recv(new Uint8Array(1))).toBeNull();
    here.close();
    there.close();
  });

  it("is raised by send(2) without MSG_NOSIGNAL", async () => {
    const [here, there] = Socket.pair();
    there.close();

    expect(() => sys.send(here.fd, BYTES)).toThrow(expect.objectContaining({ code: "EPIPE" }));

    await laterSignal();
    await vi.waitUntil(() => onSignal.mock.calls.length > 0, { timeout: 20_000 });
    here.close();
  });
});
