// As long as the longest datagram, and a line of it.
const SIZE = 64 * 1024;
const NEWLINE = 0x0a;
/** The most bytes of a UDP datagram over IPv4. */
const MAX_DATAGRAM = 65_507;

/** A call that transfers some bytes of a buffer; `null`: none now. */
type Transfer = (buffer: Uint8Array, offset: number, length: number) => number | null;

/** Bytes on their way from one descriptor to another. The memory is used again. */
export class Portion {
  readonly #unit: "all" | "line";
  readonly #bytes = new Uint8Array(SIZE);
  #start = 0;
  #end = 0;
  #taken = 0;

  /** @param unit - what {@link drain} passes on in one call: all bytes, or one line */
  constructor(unit: "all" | "line") {
    this.#unit = unit;
  }

  /** How many bytes wait. */
  get length(): number {
    return this.#end - this.#start;
  }

  /** How many bytes were passed on so far. */
  get taken(): number {
    return this.#taken;
  }

  /** Whether it has nothing to pass on before it gets more. */
  get wantsMore(): boolean {
    return !this.isDue(false);
  }

  /** Whether something is to be passed on. @param isLast - whether no more bytes follow */
  isDue(isLast: boolean): boolean {
    return this.#dueLength(isLast) > 0;
  }

  /** Reads once into the room that is left. @returns what `read` returned */
  fill(read: Transfer): number | null {
    if (this.#start > 0) {
      this.#bytes.copyWithin(0, this.#start, this.#end);
      this.#end -= this.#start;
      this.#start = 0;
    }
    const length = read(this.#bytes, this.#end, SIZE - this.#end);
    this.#end += length ?? 0;
    return length;
  }

  /**
   * Passes some bytes on, once.
   *
   * @param isLast - whether no more bytes follow: an unfinished line is then passed on, too
   * @returns whether bytes were passed on
   */
  drain(write: Transfer, isLast = true): boolean {
    const due = this.#dueLength(isLast);
    const length = due === 0 ? null : write(this.#bytes, this.#start, due);
    this.#start += length ?? 0;
    this.#taken += length ?? 0;
    return length !== null;
  }

  /** Forgets what waits. */
  clear(): void {
    this.#start = this.#end = 0;
  }

  #dueLength(isLast: boolean): number {
    if (this.#unit === "all" || this.length === 0) return this.length;
    const newline = this.#bytes.subarray(this.#start, this.#end).indexOf(NEWLINE);
    const length = newline === -1 ? this.length : newline + 1;
    const isWhole = newline !== -1 || isLast || length >= MAX_DATAGRAM;
    return isWhole ? Math.min(length, MAX_DATAGRAM) : 0;
  }
}
