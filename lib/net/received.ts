const LARGE_READ = 65_536;
// From here on, copying costs more than memory of its own.
const LARGE = 16_384;

const shared = Buffer.allocUnsafeSlow(LARGE_READ);

/**
 * Where the bytes of a socket are received. Small reads go to memory that all sockets of the thread share, and
 * are copied into memory of their size. After a large read, the next one goes directly to memory of its own.
 */
export class Received {
  memory: Buffer = shared;
  #expectsLarge = false;

  /** Chooses the memory of the next read. */
  prepare(): Buffer {
    this.memory = this.#expectsLarge ? Buffer.allocUnsafeSlow(LARGE_READ) : shared;
    return this.memory;
  }

  /** The first `size` bytes of the last read, in memory that the caller keeps. */
  take(size: number): Buffer {
    const wasOwn = this.memory !== shared;
    this.#expectsLarge = size >= LARGE;
    // Memory that is mostly empty would be held for as long as the bytes are.
    if (wasOwn && size >= LARGE_READ / 2) return this.memory.subarray(0, size);
    const bytes = Buffer.allocUnsafe(size);
    this.memory.copy(bytes, 0, 0, size);
    return bytes;
  }
}
