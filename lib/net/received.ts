const LARGE_READ = 65_536;
// From here on, copying costs more than memory of its own.
const LARGE = 16_384;

// All sockets of the thread read into these two. If each socket had the memory of its next read, V8 would take it for
// long-lived, and find its garbage only by marking the whole heap.
const shared = Buffer.allocUnsafeSlow(LARGE_READ);
let unused: Buffer | null = null;

/**
 * Where the bytes of a socket are received. Small reads go to memory that all sockets of the thread share, and
 * are copied into memory of their size. After a large read, the next one goes directly to memory of its own.
 */
export class Received {
  #expectsLarge = false;

  /** The memory of the next read: the same until {@link take}. */
  prepare(): Buffer {
    return this.#expectsLarge ? (unused ??= Buffer.allocUnsafeSlow(LARGE_READ)) : shared;
  }

  /** The first `size` bytes of {@link prepare}, in memory that the caller keeps. */
  take(size: number): Buffer {
    const memory = this.prepare();
    this.#expectsLarge = size >= LARGE;
    // Memory that is mostly empty would be held for as long as the bytes are.
    if (memory === unused && size >= LARGE_READ / 2) {
      unused = null;
      return size < LARGE_READ ? memory.subarray(0, size) : memory;
    }
    const bytes = Buffer.allocUnsafe(size);
    memory.copy(bytes, 0, 0, size);
    return bytes;
  }
}
