import { checkInteger, checkSlice } from "../arguments.ts";
import { SystemError } from "../errors.ts";
import { errno } from "../sys/errno.ts";

const FIRST_CAPACITY = 4096;
const NOTHING = new Uint8Array(0);

/**
 * A growable queue of bytes with a limit: appended at the end, consumed from the start. Holds no
 * memory while it is empty, so that idle connections cost none.
 */
export class NetworkBuffer {
  /** The most bytes that it holds; `Infinity`: no limit. */
  readonly limit: number;
  #memory = NOTHING;
  #start = 0;
  #end = 0;

  constructor(limit: number) {
    this.limit = limit === Infinity ? limit : checkInteger(limit, "limit", 1, 2 ** 31 - 1);
  }

  /** Bytes held. */
  get length(): number {
    return this.#end - this.#start;
  }

  /** Bytes that can still be appended. */
  get room(): number {
    return this.limit - this.length;
  }

  /** Where the bytes are: `length` of them from `offset`, until the next append or consume. */
  get memory(): Uint8Array {
    return this.#memory;
  }

  /** Where the bytes begin in `memory`. */
  get offset(): number {
    return this.#start;
  }

  /**
   * Copies `length` bytes of `source` to the end.
   *
   * @throws SystemError ENOBUFS: there is not enough room. RangeError: outside of `source`. In both cases
   * nothing was appended
   */
  append(source: Uint8Array, offset: number, length: number): void {
    checkSlice(source, offset, length);
    if (length > this.room) throw new SystemError(errno.ENOBUFS, "append");
    if (this.#end + length > this.#memory.length) this.#makeRoom(length);
    // A view, because set() copies the whole of its source.
    this.#memory.set(source.subarray(offset, offset + length), this.#end);
    this.#end += length;
  }

  /** Drops `length` bytes from the start. */
  consume(length: number): void {
    this.#start += checkInteger(length, "length", 0, this.length);
    if (this.#start === this.#end) this.reset();
  }

  /** Drops all bytes, and the memory with them. */
  reset(): void {
    this.#memory = NOTHING;
    this.#start = 0;
    this.#end = 0;
  }

  #makeRoom(length: number): void {
    const needed = this.length + length;
    const held = this.#memory.subarray(this.#start, this.#end);
    if (needed > this.#memory.length / 2) {
      // Doubling keeps the copying per byte constant.
      const doubled = Math.max(FIRST_CAPACITY, this.#memory.length * 2, needed);
      this.#memory = new Uint8Array(Math.max(needed, Math.min(doubled, this.limit)));
    }
    this.#memory.set(held);
    this.#end = held.length;
    this.#start = 0;
  }
}
