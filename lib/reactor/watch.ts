import { fdOf, isShared } from "../descriptors/descriptor.ts";
import { PEER_ENDED, PRIORITY, READABLE, WRITABLE } from "../multiplexer/multiplexer.ts";
import type { Socket } from "../socket/socket.ts";
import * as sys from "../sys/index.ts";
import { TransferPauses } from "./pause.ts";
import type { Handler, Reactor } from "./reactor.ts";

/** In place of an interest: the reactor is to be told again, which reports what is ready now. */
const STALE = -1;

/** What the reactor watches of one stream socket. */
export class Watch {
  readonly edge: boolean;
  /** The descriptor; also when it is closed. */
  readonly number: number;
  readonly pauses: TransferPauses;
  /** Whether a short read has left nothing behind, or nothing that is not reported again. */
  readonly shortReadIsAll: boolean;
  readonly #reactor: Reactor;
  readonly #socket: Socket;
  /** The interest to read: edge-triggered, also in what may be behind a short read. */
  readonly #reading: number;
  #told: number;

  /** Watches it for reading. @throws as `reactor.add` */
  constructor(reactor: Reactor, socket: Socket, handler: Handler) {
    this.#reactor = reactor;
    this.#socket = socket;
    this.number = fdOf(socket);
    this.pauses = new TransferPauses(reactor, handler);
    this.edge = reactor.multiplexer.edge;
    this.#reading = this.edge ? READABLE | PRIORITY | PEER_ENDED : READABLE;
    // Reading a unix socket stops behind passed descriptors, with data left.
    this.shortReadIsAll = !this.edge || socket.protocol === sys.IPPROTO_TCP;
    this.#told = this.#reading;
    reactor.add(socket, this.#reading, handler);
  }

  /** What it is watched for, but for a direction that pauses. */
  set(reads: boolean, writes: boolean): void {
    const reading = reads && !this.pauses.reading ? this.#reading : 0;
    const interest = reading | (writes && !this.pauses.writing ? WRITABLE : 0);
    if (interest !== this.#told) this.#reactor.modify(this.#socket, interest);
    this.#told = interest;
  }

  /** Something may be left to read or write, which is no new edge: the next {@link set} arms anew. */
  rearm(): void {
    if (this.edge) this.#told = STALE;
  }

  /** Whether a read was the last one of this event: the next one would bring nothing, or has time. */
  isLastRead(events: number, isShort: boolean): boolean {
    return !this.edge || (isShort && events === READABLE && this.shortReadIsAll);
  }

  /** Ends it, and closes the socket. @returns what has failed in that, or `null` */
  close(): unknown {
    this.pauses.cancel();
    try {
      // Closed, it is removed without a system call. A duplicate would be reported on and on.
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
