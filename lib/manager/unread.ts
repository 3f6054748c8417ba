import { checkInteger } from "../arguments.ts";
import { NetworkBuffer } from "../reactor/network_buffer.ts";

const NOTHING = new Uint8Array(0);

/**
 * The bytes that a connection has received and its handler has not used yet: `recv`. The handler reads them and
 * calls {@link consume}; the rest is there again with the next `read`. While a `read` is handled, bytes may be in
 * the memory they were received into, and are copied only if some are left.
 */
export class Unread {
  // The connection limits it; what one read brings is taken whole.
  readonly #kept = new NetworkBuffer(Infinity);
  /** While a `read` is handled: the memory that bytes have arrived in, and where they are. */
  #lent: Uint8Array | null = null;
  #start = 0;
  #end = 0;

  /** How many bytes there are. */
  get length(): number {
    return this.#lent ? this.#end - this.#start : this.#kept.length;
  }

  /** Where the bytes are: `length` of them from `offset`, valid during the call of the handler. */
  get memory(): Uint8Array {
    return this.#lent ?? this.#kept.memory;
  }

  /** Where the bytes begin in `memory`. */
  get offset(): number {
    return this.#lent ? this.#start : this.#kept.offset;
  }

  /** All bytes, in place: valid during the call of the handler. `slice()` copies them. */
  get bytes(): Uint8Array {
    if (this.length === 0) return NOTHING;
    return this.memory.subarray(this.offset, this.offset + this.length);
  }

  /** All bytes as text. Text that a read has cut in two is not whole. */
  toString(encoding: BufferEncoding = "utf8"): string {
    const { memory, offset, length } = this;
    return Buffer.from(memory.buffer, memory.byteOffset + offset, length).toString(encoding);
  }

  /** Where a byte is first found, counted from the first unread one; -1: nowhere. */
  indexOf(byte: number, from = 0): number {
    return this.bytes.indexOf(byte, from);
  }

  /** Drops bytes from the start: they are used. @param length - default: all */
  consume(length = this.length): void {
    checkInteger(length, "length", 0, this.length);
    if (this.#lent) this.#start += length;
    else this.#kept.consume(length);
  }

  /** @internal Bytes have arrived. Until {@link keep}, they may stay where they are. */
  take(memory: Uint8Array, offset: number, length: number): void {
    if (this.#kept.length > 0) this.#kept.append(memory, offset, length);
    else {
      this.#lent = memory;
      this.#start = offset;
      this.#end = offset + length;
    }
  }

  /** @internal The handler has returned: copies what it has left. */
  keep(): void {
    const lent = this.#lent;
    this.#lent = null;
    // A handler that has transferred the memory has taken the bytes as well.
    if (!lent || this.#start === this.#end || lent.length === 0) return;
    this.#kept.append(lent, this.#start, this.#end - this.#start);
  }

  /** @internal Drops all. */
  clear(): void {
    this.#lent = null;
    this.#kept.reset();
  }
}
