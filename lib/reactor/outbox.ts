import { invalidState } from "../arguments.ts";
import { isShared } from "../descriptors/descriptor.ts";
import { SystemError, isSystemError } from "../errors.ts";
import type { Socket } from "../socket/socket.ts";
import * as sys from "../sys/index.ts";
import { NetworkBuffer } from "./network_buffer.ts";
import { send } from "./uninterrupted.ts";

// Linux sends less than 2 GiB at a time.
const MAX_CALL = 2 ** 30;

export interface Limits {
  readonly highWaterMark: number;
  readonly bufferLimit: number;
}

/** What this direction can still do. `ending`: queued bytes go out, then SHUT_WR. */
export type OutboxState = "open" | "ending" | "ended";

/** What was written and the kernel has not taken yet. */
export class Outbox extends NetworkBuffer {
  #state: OutboxState = "open";
  /** Bytes that the kernel has taken so far. */
  taken = 0;
  /** Whether so much waits that the writer should wait, and the peer should not be read from. */
  congested = false;
  readonly #highWaterMark: number;
  readonly #bufferLimit: number;

  constructor(highWaterMark: number, bufferLimit: number) {
    // The limit is for those who go on writing while it is congested; any one write is taken whole.
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

  /** Takes no more, and ends when all is sent. */
  end(): void {
    if (this.#state === "open") this.#state = "ending";
  }

  /** Whether `length` more bytes can be written: always, for those who stop when it is congested. */
  admits(length: number): boolean {
    return !this.congested || this.length + length <= this.#bufferLimit;
  }

  /**
   * Sends immediately when nothing is queued, and queues the rest.
   *
   * @returns how many bytes the kernel has left of a send, or -errno; all is queued then
   */
  write(fd: number, buffer: Uint8Array, offset: number, length: number): number {
    const isFirst = this.length === 0;
    const result = isFirst ? this.#send(fd, buffer, offset, length) : 0;
    const sent = Math.max(0, result);
    if (sent < length) this.keep(buffer, offset + sent, length - sent);
    if (result < 0) return result;
    return isFirst ? length - sent : 0;
  }

  /** Queues what the kernel did not take. */
  keep(buffer: Uint8Array, offset: number, length: number): void {
    this.append(buffer, offset, length);
    if (this.length >= this.#highWaterMark) this.congested = true;
  }

  /**
   * Sends what is queued.
   *
   * @param untilFull - goes on until the kernel takes no more, as edge-triggering wants it
   * @returns 0, or -errno; what was not sent stays queued
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

  /** Whether it stops being congested just now. */
  relieve(): boolean {
    // Half of the mark apart, so that reading is not switched on and off by every segment.
    const relieved = this.congested && this.length < this.#highWaterMark / 2;
    if (relieved) this.congested = false;
    return relieved;
  }

  /**
   * Ends this direction immediately: SHUT_WR.
   *
   * @param isLast - the other one has ended, and the socket is about to be closed
   */
  shut(socket: Socket, isLast: boolean): void {
    this.#state = "ended";
    // The close sends the same FIN, unless a duplicate keeps the socket open.
    if (isLast && !isShared(socket)) return;
    try {
      socket.shutdown(sys.SHUT_WR);
    } catch (error) {
      // The peer has reset the connection: what it sent before that, and the reset, are still to be read.
      if (!isSystemError(error, "ENOTCONN")) throw error;
    }
  }

  /** Drops all that is queued: the peer will not get it. */
  fail(): void {
    this.#state = "ended";
    this.congested = false;
    this.reset();
  }

  /** @returns how much the kernel took, 0 when it has no room, or -errno */
  #send(fd: number, buffer: Uint8Array, offset: number, length: number): number {
    const sent =
      buffer.length > MAX_CALL
        ? sendPart(fd, buffer, offset, length)
        : send(fd, buffer, offset, length);
    this.taken += Math.max(0, sent);
    return sent;
  }
}

// The functions of `sys` take buffers below 2 GiB.
function sendPart(fd: number, buffer: Uint8Array, offset: number, length: number): number {
  const part = buffer.subarray(offset, offset + Math.min(length, MAX_CALL));
  return send(fd, part, 0, part.length);
}

/** The error for who goes on writing although {@link Outbox.admits} says no. */
export function noRoom(fd: number, queued: number): SystemError {
  const what = `${String(queued)} bytes are queued for descriptor ${String(fd)}`;
  const reason = `${what}; write() has returned false: wait for onDrain`;
  return new SystemError(sys.errno.ENOBUFS, "write", { fd, reason });
}

/** @param number - the descriptor that it had when `fd` was not -1 */
export function writeAfterEnd(fd: number, number: number): Error {
  const what = fd === -1 ? "what was descriptor" : "descriptor";
  return invalidState(`write after end, to ${what} ${String(number)}`);
}
