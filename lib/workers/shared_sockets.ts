import type { Address } from "../address/address.ts";
import type { Descriptor } from "../descriptors/descriptor.ts";
import type { AcceptHandlers, Acceptor } from "../reactor/acceptor.ts";
import { Listener } from "../reactor/listener.ts";
import type { Reactor } from "../reactor/reactor.ts";
import { sharedBy } from "../reactor/shared.ts";
import type { Socket } from "../socket/socket.ts";
import { AcceptMutex } from "./accept_mutex.ts";
import type { Share } from "./share.ts";

/** What a worker that stops does with connections that wait to be accepted. */
export type QueueMode = "leave" | "accept";

/** How the sockets are shared. */
export interface Sharing {
  readonly address: Address;
  readonly share: Share;
  /** The file of the lock, for `mutex`. */
  readonly lock: Descriptor | null;
  /** What {@link SharedSockets.drain} does with the queue. */
  readonly queue: () => QueueMode;
}

/** In a worker: accepts from sockets that the supervisor, and perhaps other workers, hold open as well. */
export class SharedSockets implements Acceptor {
  readonly address: Address;
  readonly #reactor: Reactor;
  readonly #listeners: readonly Listener[];
  readonly #mutex: AcceptMutex | null;
  readonly #queue: () => QueueMode;

  /** @param sockets - owned from now on */
  constructor(
    reactor: Reactor,
    sockets: readonly Socket[],
    handlers: AcceptHandlers,
    { address, share, lock, queue }: Sharing,
  ) {
    this.address = address;
    this.#reactor = reactor;
    this.#queue = queue;
    this.#mutex = lock && new AcceptMutex(reactor, lock);
    const options = {
      ...handlers,
      ...(share === "exclusive" && { exclusive: true }),
      onConnection: (socket: Socket): unknown => {
        this.#mutex?.accepted();
        return handlers.onConnection(socket);
      },
    };
    this.#listeners = sockets.map((socket) => new Listener(reactor, socket, options));
    this.#mutex?.guard(this.#listeners);
  }

  get closed(): boolean {
    return this.#listeners.every(({ closed }) => closed);
  }

  drain(onDrained: () => unknown = () => undefined): void {
    if (this.closed) return;
    if (this.#queue() === "leave") {
      this.close();
      sharedBy(this.#reactor).guard.call(onDrained);
      return;
    }
    this.#mutex?.close();
    const { guard } = sharedBy(this.#reactor);
    const closed = (): void => {
      if (this.closed) guard.call(onDrained);
    };
    for (const listener of this.#listeners) listener.drain(closed);
  }

  close(): void {
    this.#mutex?.close();
    for (const listener of this.#listeners) listener.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
