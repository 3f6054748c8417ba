import { checkInteger } from "../arguments.ts";
import { checkNonBlocking, isSystemError } from "../errors.ts";
import type { Socket } from "../socket/socket.ts";
import * as sys from "../sys/index.ts";
import { NetworkBuffer } from "./network_buffer.ts";

/** What was written and the kernel has not taken yet. */
export class Outbox extends NetworkBuffer {
  /** Bytes that the kernel has taken so far. */
  taken = 0;
  /** Bytes that are on their way in a batch, ahead of what is held. */
  batched = 0;
  /** Why what went by a batch was not sent. */
  failure: unknown = null;
  readonly #highWaterMark: number;
  #congested = false;

  constructor(limit: number, highWaterMark: number) {
    super(limit);
    this.#highWaterMark = checkInteger(highWaterMark, "highWaterMark", 1, 2 ** 30);
  }

  /** Whether so much is waiting that the peer, who does not read, should not be read from. */
  isCongested(): boolean {
    // Half of the mark apart, so that reading is not switched on and off by every segment.
    this.#congested =
      this.length >= (this.#congested ? this.#highWaterMark / 2 : this.#highWaterMark);
    return this.#congested;
  }

  /** Sends at once what nothing is waiting in front of, and keeps the rest. */
  write(socket: Socket, buffer: Uint8Array, offset: number, length: number): void {
    const sent = this.length === 0 ? this.#send(socket, buffer, offset, length) : 0;
    if (sent < length) this.append(buffer, offset + sent, length - sent);
  }

  /** Takes the answer of send(2) to what went by a batch, and keeps what was not taken. */
  onSent(result: number, buffer: Uint8Array, offset: number, length: number): void {
    this.batched = 0;
    try {
      const sent = result < 0 ? (checkNonBlocking(result, "send") ?? 0) : result;
      this.taken += sent;
      if (sent < length) this.append(buffer, offset + sent, length - sent);
    } catch (error) {
      this.failure = error;
    }
  }

  /** @param untilFull - goes on until the kernel takes no more, as edge-triggering wants it */
  flush(socket: Socket, untilFull: boolean): void {
    while (this.length > 0) {
      const sent = this.#send(socket, this.memory, this.offset, this.length);
      if (sent === 0) return;
      this.consume(sent);
      if (!untilFull) return;
    }
  }

  /**
   * Ends this direction (SHUT_WR).
   *
   * @returns `false` when the peer has reset the connection: there is no direction left to end
   */
  end(socket: Socket): boolean {
    try {
      socket.shutdown(sys.SHUT_WR);
      return true;
    } catch (error) {
      if (isSystemError(error, "ENOTCONN")) return false;
      throw error;
    }
  }

  /** @returns how much the kernel took, 0 when it has no room */
  #send({ fd }: Socket, buffer: Uint8Array, offset: number, length: number): number {
    const sent = sys.send(fd, buffer, offset, length, sys.MSG_NOSIGNAL) ?? 0;
    this.taken += sent;
    return sent;
  }
}
