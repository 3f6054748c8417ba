import { invalidState } from "../arguments.ts";
import { isShared } from "../descriptors/descriptor.ts";
import { SystemError, isSystemError } from "../errors.ts";
import type { Socket } from "../socket/socket.ts";
import * as sys from "../sys/index.ts";
import { NetworkBuffer } from "./network_buffer.ts";
import { send } from "./uninterrupted.ts";

export interface Limits {
  readonly highWaterMark: number;
  readonly bufferLimit: number;
  /** Whether it is a seqpacket socket, which keeps the boundaries of messages. */
  readonly packets: boolean;
}

/** What this direction can still do. `ending`: queued bytes are sent, then SHUT_WR. */
export type OutboxState = "open" | "ending" | "ended";

/** The bytes that were written and that the kernel has not taken yet. */
export class Outbox extends NetworkBuffer {
  #state: OutboxState = "open";
  /** Bytes that the kernel has taken so far. */
  taken = 0;
  /** Whether the high-water mark is reached: the writer should wait, and nothing is received from the peer. */
  congested = false;
  readonly #highWaterMark: number;
  readonly #bufferLimit: number;

  constructor(highWaterMark: number, bufferLimit: number) {
    // No limit here: `admits` has the limit for writers who ignore `false`. A single write is taken whole.
    super(Infinity);
    this.#highWaterMark = highWaterMark;
    this.#bufferLimit = bufferLimit;
  }

  get state(): OutboxState {
    return this.#state;
  }

  /** Whether it still takes bytes. */
  get writable(): boolean {
    return this.#state === "open";
  }

  /** Whether nothing is queued. */
  get empty(): boolean {
    return this.length === 0;
  }

  /** Takes no more bytes, and ends when all are sent. */
  end(): void {
    if (this.#state === "open") this.#state = "ending";
  }

  /** Whether `length` more bytes can be written: always, unless it is congested. */
  admits(length: number): boolean {
    return !this.congested || this.length + length <= this.#bufferLimit;
  }

  /**
   * Sends immediately when nothing is queued, and queues the rest.
   *
   * @returns how many bytes a send left over, or -errno. What was not sent is queued in each case
   */
  write(fd: number, buffer: Uint8Array, offset: number, length: number): number {
    const isFirst = this.length === 0;
    const result = isFirst ? this.#send(fd, buffer, offset, length) : 0;
    const sent = Math.max(0, result);
    if (sent < length) this.keep(buffer, offset + sent, length - sent);
    if (result < 0) return result;
    return isFirst ? length - sent : 0;
  }

  /** Queues bytes that the kernel did not take. */
  keep(buffer: Uint8Array, offset: number, length: number): void {
    this.append(buffer, offset, length);
    if (this.length >= this.#highWaterMark) this.congested = true;
  }

  /**
   * Sends what is queued.
   *
   * @param untilFull - whether to send until the kernel takes no more, as edge-triggering requires
   * @returns 0, or -errno; unsent bytes stay queued
   */
  flush(fd: number, untilFull: boolean): number {
    while (this.length > 0) {
      const sent = this.#send(fd, this.memory, this.offset, this.length);
      if (sent < 0) return sent;
      if (sent === 0) break;
      this.consume(sent);
      if (!untilFull) break;
    }
    return 0;
  }

  /** Ends the congestion if enough was sent. @returns whether it has ended now */
  relieve(): boolean {
    // At half of the mark, so that not every segment switches reading on and off.
    const relieved = this.congested && this.length < this.#highWaterMark / 2;
    if (relieved) this.congested = false;
    return relieved;
  }

  /**
   * Ends this direction immediately: SHUT_WR.
   *
   * @param isLast - whether the other direction has ended, and the socket is about to be closed
   */
  shut(socket: Socket, isLast: boolean): void {
    this.#state = "ended";
    // The close sends the same FIN, unless a duplicate keeps the socket open.
    if (isLast && !isShared(socket)) return;
    try {
      socket.shutdown(sys.SHUT_WR);
    } catch (error) {
      // The peer has reset the connection: what it sent before, and the reset, can still be read.
      if (!isSystemError(error, "ENOTCONN")) throw error;
    }
  }

  /** Ends at once, and drops all that is queued. */
  fail(): void {
    this.#state = "ended";
    this.congested = false;
    this.reset();
  }

  /** @returns how many bytes the kernel took, 0 if it has no room, or -errno */
  #send(fd: number, buffer: Uint8Array, offset: number, length: number): number {
    const sent = send(fd, buffer, offset, length);
    this.taken += Math.max(0, sent);
    return sent;
  }
}

/** The error for a write that {@link Outbox.admits} refuses. */
export function noRoom(fd: number, queued: number): SystemError {
  const what = `${String(queued)} bytes are queued for descriptor ${String(fd)}`;
  const reason = `${what}; write() has returned false: wait for onDrain`;
  return new SystemError(sys.errno.ENOBUFS, "write", { fd, reason });
}

/** @param number - the descriptor that it had before `fd` became -1 */
export function writeAfterEnd(fd: number, number: number): Error {
  const what = fd === -1 ? "former descriptor" : "descriptor";
  return invalidState(`write after end to ${what} ${String(number)}`);
}
