import type { Address } from "../address/address.ts";
import type { AcceptHandlers, Acceptor } from "../reactor/acceptor.ts";
import { Guard } from "../runtime/guard.ts";
import { Newcomer } from "../reactor/newcomers.ts";
import type { Socket } from "../socket/socket.ts";

/** In a worker: takes the connections of one address that the supervisor has accepted. */
export class PassedConnections implements Acceptor {
  readonly address: Address;
  readonly #handlers: AcceptHandlers;
  readonly #guard: Guard;
  #closed = false;

  constructor(address: Address, handlers: AcceptHandlers) {
    this.address = address;
    this.#handlers = handlers;
    this.#guard = new Guard(handlers.onError);
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** A connection was passed. */
  take(socket: Socket): void {
    this.#guard.call(() => this.#handlers.onConnection(socket), new Newcomer(socket));
  }

  /** The supervisor passes nothing to a worker that it stops. */
  drain(onDrained: () => unknown = () => undefined): void {
    if (this.#closed) return;
    this.close();
    this.#guard.call(onDrained);
  }

  close(): void {
    this.#closed = true;
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
