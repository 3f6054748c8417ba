import { SystemError } from "../errors.ts";
import { errno } from "../sys/errno.ts";
import { NetworkBuffer } from "./network_buffer.ts";

/**
 * What happens to the bytes that the peer sends.
 * - `open`: they go to the protocol.
 * - `paused`: they stay in the kernel.
 * - `resuming`: as `paused`, until the protocol was offered what was received before; then `open`.
 * - `offering`: as `draining`, after the protocol was offered what was received before.
 * - `draining`: those that have arrived by now go to the protocol.
 * - `discarding`: they are read and dropped, until the peer ends.
 * - `ended`: the peer has ended; nothing more arrives.
 */
export type InboxState =
  "open" | "paused" | "resuming" | "offering" | "draining" | "discarding" | "ended";

/** Uses the bytes that an {@link Inbox} offers. */
export interface Consumer {
  readonly closed: boolean;
  /** @returns how many of the bytes it used */
  use(buffer: Uint8Array, offset: number, length: number): number;
}

/** The bytes that were received and not used yet. */
export class Inbox extends NetworkBuffer {
  #state: InboxState = "open";
  /** Bytes received so far. */
  received = 0;
  /** How many bytes the last read received. */
  last = 0;

  get state(): InboxState {
    return this.#state;
  }

  /** Whether the protocol can still get bytes. */
  get readable(): boolean {
    return this.#state !== "ended" && this.#state !== "discarding";
  }

  /** Whether the socket is to be read. */
  get reading(): boolean {
    return this.#state !== "ended" && !this.holds;
  }

  /** Whether bytes that arrive are kept for later. */
  get holds(): boolean {
    return this.#state === "paused" || this.#state === "resuming";
  }

  get drains(): boolean {
    return this.#state === "draining" || this.#state === "offering";
  }

  /** @returns whether the state has changed */
  pause(): boolean {
    if (this.#state !== "open" && this.#state !== "resuming") return false;
    this.#state = "paused";
    return true;
  }

  /** @param later - whether bytes received before have to be offered first */
  resume(later: boolean): void {
    this.#state = later ? "resuming" : "open";
  }

  /** From now on only what has arrived by now is read. @returns whether the state has changed */
  drain(): boolean {
    if (!this.readable || this.drains) return false;
    this.#state = this.holds && this.length > 0 ? "offering" : "draining";
    return true;
  }

  discard(): void {
    this.#state = "discarding";
  }

  /** @returns `false` if it had ended before */
  end(): boolean {
    const isFirst = this.#state !== "ended";
    this.#state = "ended";
    return isFirst;
  }

  /** Ends, and drops the bytes that were not used. */
  close(): void {
    this.#state = "ended";
    this.reset();
  }

  /** Whether the next message goes to the protocol alone, and `size` bytes of it have room. */
  expects(size: number): boolean {
    return this.#state === "open" && this.length === 0 && this.limit >= size;
  }

  /** A read has received bytes. @throws SystemError EMSGSIZE: there is no room for them */
  count(received: number, fd: number): void {
    if (received > this.room) throw new SystemError(errno.EMSGSIZE, "recv", { fd });
    this.received += received;
    this.last = received;
  }

  /** Offers `length` new bytes, after those left from before, and keeps what is not used. */
  deliver(consumer: Consumer, buffer: Uint8Array, offset: number, length: number): void {
    if (this.length > 0) {
      this.append(buffer, offset, length);
      this.offer(consumer);
    } else {
      const used = consumer.use(buffer, offset, length);
      if (used < length && !consumer.closed) this.append(buffer, offset + used, length - used);
    }
  }

  /** Offers the bytes left from before. */
  offer(consumer: Consumer): void {
    const used = consumer.use(this.memory, this.offset, this.length);
    // Also if the consumer itself has asked to drain.
    if (this.#state === "offering") this.#state = "draining";
    if (!consumer.closed) this.consume(used);
  }
}
