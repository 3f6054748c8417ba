import type { Socket } from "../socket/socket.ts";
import { dropErrorQueue } from "./error_queue.ts";
import { isEmpty, recv } from "./uninterrupted.ts";

/** The most reads of one peer in a turn. A turn also ends when the memory of all connections was filled once. */
export const READS_PER_TURN = 16;

/** Receives for the connections of a reactor: streams here, messages in packets.ts. */
export interface Receiver {
  /** Whether messages may also be received in batches. */
  readonly batches: boolean;
  /** What the last call has received. A handler that makes others receive changes it, and what follows. */
  readonly memory: Uint8Array;
  /** Whether the last call stopped for lack of room: more may have arrived. */
  readonly full: boolean;
  /** Whether 0 was the end, and not an empty message. */
  readonly ended: boolean;
  /**
   * @param room - how many bytes the connection has room for
   * @returns how many bytes, 0: the end or an empty message, `null` if it would block, or -errno
   */
  receive(fd: number, room: number): number | null;
  /** Whether {@link receive} would block: neither bytes nor the end have arrived. Overwrites the memory. */
  isEmpty(fd: number): boolean;
  /** Drops messages of the error queue, which would be reported for ever. @returns 0, or -errno */
  dropErrors(socket: Socket): number;
}

/** Receives from streams. */
export class StreamReceiver implements Receiver {
  readonly batches = true;
  readonly ended = true;
  full = false;
  readonly #lender: { readonly scratch: Uint8Array };

  /** @param lender - has the memory for bytes that are used within one event */
  constructor(lender: { readonly scratch: Uint8Array }) {
    this.#lender = lender;
  }

  get memory(): Uint8Array {
    return this.#lender.scratch;
  }

  receive(fd: number, room: number): number | null {
    const { scratch } = this.#lender;
    // Read even without room: there may be nothing to read, or the end.
    const size = Math.min(scratch.length, room || 1);
    const received = recv(fd, scratch, 0, size);
    this.full = received === size;
    return received;
  }

  isEmpty(fd: number): boolean {
    return isEmpty(fd, this.memory);
  }

  dropErrors(socket: Socket): number {
    return dropErrorQueue(socket, this.memory);
  }
}
