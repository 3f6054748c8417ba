import { type Holder, fdOf, hold, isShared } from "../descriptors/descriptor.ts";
import { PRIORITY, READABLE, READ_CLOSED, WRITABLE } from "../multiplexer/multiplexer.ts";
import type { Socket } from "../socket/socket.ts";
import * as sys from "../sys/index.ts";
import type { Handler, Reactor } from "./reactor.ts";

/** Instead of an interest: the next {@link Watch.set} modifies in any case, so that epoll reports again. */
const STALE = -1;

/** What the reactor watches one stream socket for. */
export class Watch {
  readonly edge: boolean;
  /** The descriptor, also after it was closed. */
  readonly number: number;
  /** Whether nothing is left after a short read, or is reported again. */
  readonly shortReadIsAll: boolean;
  readonly #reactor: Reactor;
  readonly #socket: Socket;
  /** The interest for reading. Edge-triggered, it includes what can follow a short read. */
  readonly #reading: number;
  #told: number;

  /** Watches it for reading. @throws as `reactor.add` */
  constructor(reactor: Reactor, socket: Socket, handler: Handler & Holder) {
    this.#reactor = reactor;
    this.#socket = socket;
    this.number = fdOf(socket);
    const { edge, exclusive = false } = reactor.multiplexer;
    this.edge = edge;
    // The kernel refuses EPOLLPRI and EPOLLRDHUP together with EPOLLEXCLUSIVE.
    this.#reading = edge && !exclusive ? READABLE | PRIORITY | READ_CLOSED : READABLE;
    // A read of a unix socket ends after passed descriptors, and can leave data.
    this.shortReadIsAll = !edge || (!exclusive && socket.protocol === sys.IPPROTO_TCP);
    this.#told = this.#reading;
    reactor.add(socket, this.#reading, handler);
    hold(socket, handler);
  }

  /** Sets what the socket is watched for. */
  set(reads: boolean, writes: boolean): void {
    const interest = (reads ? this.#reading : 0) | (writes ? WRITABLE : 0);
    if (interest !== this.#told) this.#reactor.modify(this.#socket, interest);
    this.#told = interest;
  }

  /** Something may be left to read or write, without another edge: the next {@link set} arms again. */
  rearm(): void {
    if (this.edge) this.#told = STALE;
  }

  /** Whether a read was the last one of this event: another would find nothing, or can wait. */
  isLastRead(events: number, isShort: boolean): boolean {
    return !this.edge || (isShort && events === READABLE && this.shortReadIsAll);
  }

  /** Stops watching, and closes the socket unless it `detaches`. @returns the error of that, or `null` */
  close(detaches: boolean): unknown {
    hold(this.#socket, null);
    try {
      if (detaches) this.#reactor.remove(this.#socket);
      if (detaches) return null;
      // The close removes it without a system call. If a duplicate exists, it would still be reported.
      if (isShared(this.#socket)) this.#reactor.remove(this.#socket);
      this.#socket.close();
      this.#reactor.remove(this.#socket);
      return null;
    } catch (error) {
      this.#socket.close();
      return error;
    }
  }
}
