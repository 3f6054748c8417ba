import { SystemError } from "../errors.ts";
import { errno } from "../sys/errno.ts";
import { NetworkBuffer } from "./network_buffer.ts";

/**
 * What becomes of what the peer sends.
 * - `open`: it goes to the protocol.
 * - `paused`: it waits in the kernel.
 * - `resuming`: as `paused`, until the protocol gets what was received before; then it is `open`.
 * - `draining`: what has arrived by now goes to the protocol.
 * - `discarding`: it is read and dropped, until the peer ends.
 * - `ended`: the peer has ended; nothing more comes.
 */
export type InboxState = "open" | "paused" | "resuming" | "draining" | "discarding" | "ended";

/** Uses what an {@link Inbox} offers. */
export interface Consumer {
  readonly closed: boolean;
  /** @returns how many of the bytes it has used */
  use(buffer: Uint8Array, offset: number, length: number): number;
}

/** What has arrived and was not used yet. */
export class Inbox extends NetworkBuffer {
  #state: InboxState = "open";
  /** Bytes received so far. */
  received = 0;
  /** How many of them came last. */
  last = 0;

  get state(): InboxState {
    return this.#state;
  }

  /** Whether the protocol may still get something. */
  get readable(): boolean {
    return this.#state !== "ended" && this.#state !== "discarding";
  }

  /** Whether the socket is to be read. */
  get reading(): boolean {
    return this.#state !== "ended" && !this.holds;
  }

  /** Whether what arrives is kept for later. */
  get holds(): boolean {
    return this.#state === "paused" || this.#state === "resuming";
  }

  get drains(): boolean {
    return this.#state === "draining";
  }

  /** @returns whether it has changed anything */
  pause(): boolean {
    if (this.#state !== "open" && this.#state !== "resuming") return false;
    this.#state = "paused";
    return true;
  }

  /** @param later - whether something comes before what is in the kernel */
  resume(later: boolean): void {
    this.#state = later ? "resuming" : "open";
  }

  /** Reads what has arrived by now, and nothing after it. */
  drain(): void {
    if (this.readable) this.#state = "draining";
  }

  discard(): void {
    this.#state = "discarding";
  }

  /** @returns whether it had not ended before */
  end(): boolean {
    const isFirst = this.#state !== "ended";
    this.#state = "ended";
    return isFirst;
  }

  /** Ends, and drops what is left. */
  close(): void {
    this.#state = "ended";
    this.reset();
  }

  /** Whether the next message goes to the protocol alone, is likely to be below `size`, and has room. */
  expects(size: number): boolean {
    return this.#state === "open" && this.length === 0 && this.last < size && this.limit >= size;
  }

  /** @throws SystemError EMSGSIZE: there is no room for what was received */
  checkRoom(received: number, fd: number): void {
    if (received > this.room) throw new SystemError(errno.EMSGSIZE, "recv", { fd });
  }

  /** Offers `length` new bytes, behind what is left from before, and keeps what is not used. */
  deliver(consumer: Consumer, buffer: Uint8Array, offset: number, length: number): void {
    if (this.length > 0) {
      this.append(buffer, offset, length);
      this.offer(consumer);
    } else {
      const used = consumer.use(buffer, offset, length);
      if (used < length && !consumer.closed) this.append(buffer, offset + used, length - used);
    }
  }

  /** Offers what is left from before. */
  offer(consumer: Consumer): void {
    const used = consumer.use(this.memory, this.offset, this.length);
    if (!consumer.closed) this.consume(used);
  }
}
