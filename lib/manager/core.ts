import type { Guard } from "../runtime/guard.ts";
import { sharedBy } from "../reactor/shared.ts";
import type { Reactor } from "../reactor/reactor.ts";
import type { ManagerConnection } from "./manager_connection.ts";
import type { Resolver } from "./resolver.ts";

/** The most that one connection buffers: see `EventManagerOptions`. */
export interface ManagerLimits {
  readonly highWaterMark: number;
  readonly bufferLimit: number;
}

// The longest datagram of UDP, with room to see that it is.
const DATAGRAM_BYTES = 65_536;

/** What the connections of one manager share. */
export class ManagerCore {
  readonly reactor: Reactor;
  readonly guard: Guard;
  readonly limits: ManagerLimits;
  readonly resolver: Resolver;
  /** The open connections, by their numbers. */
  readonly connections = new Map<number, ManagerConnection>();
  /** Those that get `poll`. */
  readonly pollers = new Set<ManagerConnection>();
  /** Called when no connection is congested any more. */
  onRelieved: () => void = () => undefined;
  /** Called when the first connection wants `poll`. */
  onPoller: () => void = () => undefined;
  readonly #congested = new Set<ManagerConnection>();
  #sent = new Set<ManagerConnection>();
  #datagram: Uint8Array | null = null;
  #lastId = 0;

  constructor(reactor: Reactor, limits: ManagerLimits, resolver: Resolver) {
    this.reactor = reactor;
    this.guard = sharedBy(reactor).guard;
    this.limits = limits;
    this.resolver = resolver;
  }

  /** The number of the newest connection. */
  get lastId(): number {
    return this.#lastId;
  }

  /** Whether a connection has more to send than it should. */
  get congested(): boolean {
    return this.#congested.size > 0;
  }

  /** Memory for one datagram, used within one event. */
  get datagram(): Uint8Array {
    if (this.#datagram?.length !== DATAGRAM_BYTES) this.#datagram = new Uint8Array(DATAGRAM_BYTES);
    return this.#datagram;
  }

  /** @returns the number of the new connection */
  add(connection: ManagerConnection): number {
    const id = ++this.#lastId;
    this.connections.set(id, connection);
    return id;
  }

  remove(connection: ManagerConnection): void {
    this.connections.delete(connection.id);
    this.pollers.delete(connection);
    this.relieve(connection);
  }

  setPolls(connection: ManagerConnection, polls: boolean): void {
    if (!polls) this.pollers.delete(connection);
    else if (this.pollers.add(connection).size === 1) this.onPoller();
  }

  /** It has sent: `write` follows at the end of the turn. */
  noteSent(connection: ManagerConnection): void {
    if (this.#sent.size === 0) this.reactor.setTimer(0, () => this.#tellSent());
    this.#sent.add(connection);
  }

  isCongested(connection: ManagerConnection): boolean {
    return this.#congested.has(connection);
  }

  congest(connection: ManagerConnection): void {
    this.#congested.add(connection);
  }

  relieve(connection: ManagerConnection): void {
    if (this.#congested.delete(connection) && this.#congested.size === 0) this.onRelieved();
  }

  #tellSent(): void {
    const sent = this.#sent;
    this.#sent = new Set(); // handlers may send more
    for (const connection of sent) connection.tellSent();
  }
}
