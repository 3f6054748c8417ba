import { createMultiplexer } from "../../lib/multiplexer/create.ts";
import type { MultiplexerName } from "../../lib/multiplexer/create.ts";
import { type Handler, Reactor } from "../../lib/reactor/reactor.ts";
import { Socket } from "../../lib/socket/socket.ts";
import * as sys from "../../lib/sys/index.ts";

export interface Kind {
  readonly multiplexer: MultiplexerName;
  readonly edge: boolean;
}

/** A reactor can wait with each of these. */
export const KINDS: readonly Kind[] = [
  { multiplexer: "select", edge: false },
  { multiplexer: "poll", edge: false },
  { multiplexer: "epoll", edge: false },
  { multiplexer: "epoll", edge: true },
];

/** @param errors - takes what handlers throw; without it, that is a warning */
export function reactorOf({ multiplexer, edge }: Kind, errors?: unknown[]): Reactor {
  const onError = errors && ((error: unknown) => errors.push(error));
  return new Reactor(createMultiplexer<Handler>(multiplexer, { edge }), { onError });
}

/** Two connected TCP sockets. */
export function tcpPair(): [Socket, Socket] {
  using listener = Socket.open(sys.AF_INET, sys.SOCK_STREAM);
  listener.bind({ address: "127.0.0.1", port: 0 }).listen();
  const client = Socket.open(sys.AF_INET, sys.SOCK_STREAM);
  client.connect(listener.localAddress);
  const server = listener.accept(); // on loopback, the handshake is over when connect returns
  if (!server) throw new Error("connect was not over");
  return [client, server];
}

const TURNS = 10_000;
const TURN_MS = 1000;

/** Turns the reactor until it is so; an error when events stop coming before that. */
export function turnUntil(reactor: Reactor, condition: () => boolean): void {
  for (let turn = 0; turn < TURNS; turn++) {
    if (condition()) return;
    reactor.turnSync(TURN_MS);
  }
  throw new Error(`not so after ${String(TURNS)} turns`);
}

/** Handles what is ready now, until nothing is. */
export function settle(reactor: Reactor): void {
  while (reactor.turnSync(0) > 0);
}

/** What waits in a socket to be read; `null` where that is the end of the stream, or nothing. */
export function receive(socket: Socket): string | null {
  const buffer = Buffer.alloc(1 << 20);
  const received = socket.recv(buffer);
  return received === null || received === 0 ? null : buffer.toString("latin1", 0, received);
}
