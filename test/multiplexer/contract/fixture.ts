import { isDeepStrictEqual } from "node:util";
import { expect, vi } from "vitest";
import { Descriptor } from "../../../lib/descriptors/descriptor.ts";
import {
  type Multiplexer,
  PRIORITY,
  READABLE,
  type WaitOptions,
  WRITABLE,
} from "../../../lib/multiplexer/multiplexer.ts";
import { native } from "../../../lib/native/native.ts";
import { Socket } from "../../../lib/socket/socket.ts";
import * as sys from "../../../lib/sys/index.ts";

export type Make = () => Multiplexer<string>;

/** Long enough for whatever is on its way; a wait that takes it has failed. */
export const PATIENCE_MS = 20_000;

const DIRECTIONS = READABLE | WRITABLE | PRIORITY;

/** A multiplexer and the descriptors of one test, all closed at its end. */
export class Fixture implements Disposable {
  readonly mux: Multiplexer<string>;
  readonly #make: Make;
  readonly #owned: Disposable[] = [];

  constructor(make: Make) {
    this.#make = make;
    this.mux = this.another();
  }

  /** One more multiplexer of the same sort. */
  another(): Multiplexer<string> {
    return this.own(this.#make());
  }

  own<T extends Disposable>(resource: T): T {
    this.#owned.push(resource);
    return resource;
  }

  /** Two connected unix sockets. */
  pair(type: number = sys.SOCK_STREAM): [Socket, Socket] {
    const [first, second] = Socket.pair(type);
    return [this.own(first), this.own(second)];
  }

  /** Two connected unix sockets, of which the first has a byte to read. */
  readyPair(): [Socket, Socket] {
    const [here, there] = this.pair();
    there.send(Buffer.from("x"));
    return [here, there];
  }

  /** A pipe: the end to read from, the end to write to. */
  pipe(): [Descriptor, Descriptor] {
    const [readEnd, writeEnd] = sys.pipe2(sys.O_CLOEXEC | sys.O_NONBLOCK);
    return [this.own(new Descriptor(readEnd)), this.own(new Descriptor(writeEnd))];
  }

  eventfd(initial = 0): Descriptor {
    return this.own(new Descriptor(sys.eventfd(initial, sys.EFD_CLOEXEC | sys.EFD_NONBLOCK)));
  }

  /** The number of an eventfd, ready to read, that belongs to nobody: the test closes it. */
  bareNumber(): number {
    return sys.eventfd(1, sys.EFD_CLOEXEC | sys.EFD_NONBLOCK);
  }

  listener(host = "127.0.0.1"): Socket {
    const socket = this.own(Socket.open(familyOf(host), sys.SOCK_STREAM));
    return socket.bind({ address: host, port: 0 }).listen();
  }

  /** Two connected TCP sockets: the one that connected, the one that was accepted. */
  tcp(host = "127.0.0.1"): [Socket, Socket] {
    const listener = this.listener(host);
    const client = this.own(Socket.open(familyOf(host), sys.SOCK_STREAM));
    client.connect(listener.localAddress);
    listener.blocking = true;
    const server = listener.accept();
    if (!server) throw new Error("a blocking accept has no connection");
    return [client, this.own(server)];
  }

  /** Waits until something is ready: the directions by descriptor, without ERROR and HANGUP. */
  ready(options: number | WaitOptions = PATIENCE_MS): Map<number, number> {
    const found = this.events(options);
    return new Map([...found].map(([fd, events]) => [fd, events & DIRECTIONS]));
  }

  readyNow(): Map<number, number> {
    return this.ready(0);
  }

  /** As {@link ready}, with all bits. */
  events(options: number | WaitOptions = PATIENCE_MS): Map<number, number> {
    const found = new Map<number, number>();
    const count = this.mux.waitSync(options, (fd, events) => found.set(fd, events));
    expectSame(found.size, count);
    return found;
  }

  [Symbol.dispose](): void {
    for (const resource of this.#owned.reverse()) resource[Symbol.dispose]();
  }
}

/** As `expect(actual).toEqual(expected)`, which costs more than what it tests where that is done a million times. */
export function expectSame(actual: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(actual, expected)) expect(actual).toEqual(expected);
}

export const WAITS = ["epoll_wait", "epoll_pwait2", "ppoll", "pselect"] as const;

/** How often `run` waits in the kernel. */
export function countWaits(run: () => void): number {
  const spies = WAITS.map((call) => vi.spyOn(native, call));
  try {
    run();
    return spies.reduce((sum, spy) => sum + spy.mock.calls.length, 0);
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

/** How often the kernel is asked, on this thread, until `run` is over. */
export async function countHarvests(run: () => Promise<unknown>): Promise<number> {
  const spies = WAITS.map((call) => vi.spyOn(native, call));
  try {
    await run();
    return spies.reduce((sum, spy) => sum + spy.mock.calls.length, 0);
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

/** Sends until the socket takes no more. */
export function fill(socket: Socket): void {
  const bytes = new Uint8Array(65_536);
  while (socket.send(bytes) !== null);
}

/** Receives until there is no more. */
export function drain(socket: Socket): void {
  const bytes = new Uint8Array(65_536);
  while ((socket.recv(bytes) ?? 0) > 0);
}

/** The error that a failed system call throws, with this code. */
export function failure(code: string, details: object = {}): unknown {
  return expect.objectContaining({ name: "SystemError", code, ...details });
}

function familyOf(host: string): number {
  return host.includes(":") ? sys.AF_INET6 : sys.AF_INET;
}
