import { isSystemError } from "../errors.ts";
import * as sys from "../sys/index.ts";

// Text up to this size is encoded into memory that all sockets of the thread share.
const SHARED_SIZE = 65_536;
// A character of UTF-8 has up to three bytes for each unit of a string, one of UTF-16 two.
const MAX_BYTES_PER_UNIT = 3;

const shared = Buffer.allocUnsafeSlow(SHARED_SIZE);
const { EFAULT, EINTR } = sys.errno;

/** The bytes that the kernel has no room for, of at most one write. */
export class Outgoing {
  kind: "socket" | "pipe" = "socket";
  /** How many bytes the stream has handed over. */
  written = 0;
  /** How many of them wait. */
  length = 0;
  #waiting: Uint8Array[] = [];
  /** Called once nothing waits, or with -errno. */
  onSent: ((errno: number) => void) | null = null;

  /** @returns as `Transport.write` */
  write(fd: number, data: string | Uint8Array, encoding: BufferEncoding): boolean | number {
    if (typeof data !== "string") return this.#start(fd, data, data.length, false);
    if (data.length * MAX_BYTES_PER_UNIT > SHARED_SIZE || encoding === "hex") {
      const bytes = Buffer.from(data, encoding);
      return this.#start(fd, bytes, bytes.length, false);
    }
    return this.#start(fd, shared, shared.write(data, 0, encoding), true);
  }

  writeMany(fd: number, chunks: readonly Uint8Array[]): boolean | number {
    let size = 0;
    for (const chunk of chunks) size += chunk.length;
    // One copy is cheaper than to hand over many small pieces.
    if (size <= SHARED_SIZE) {
      let at = 0;
      for (const chunk of chunks) {
        shared.set(chunk, at);
        at += chunk.length;
      }
      return this.#start(fd, shared, size, true);
    }
    this.written += size;
    this.#waiting = chunks.filter(({ length }) => length > 0);
    this.length = size;
    const errno = this.#push(fd);
    if (errno === 0 && this.length > 0) return false;
    this.clear();
    return errno === 0 ? true : errno;
  }

  /** Sends what waits, as far as there is room. Calls `onSent` when nothing is left, or the write has failed. */
  flush(fd: number): void {
    if (this.length === 0) return;
    const errno = this.#push(fd);
    if (errno === 0 && this.length > 0) return;
    const { onSent } = this;
    this.clear();
    onSent?.(errno);
  }

  clear(): void {
    this.#waiting = [];
    this.length = 0;
    this.onSent = null;
  }

  #start(fd: number, bytes: Uint8Array, size: number, isShared: boolean): boolean | number {
    this.written += size;
    const sent = size === 0 ? 0 : this.#send(fd, bytes, size);
    if (sent === size) return true;
    if (sent < 0) return sent;
    const rest = bytes.subarray(sent, size);
    this.#waiting = [isShared ? Buffer.from(rest) : rest];
    this.length = size - sent;
    return false;
  }

  /** @returns 0, or -errno. EFAULT: the program has transferred or shortened memory that waits, so bytes are missing */
  #push(fd: number): number {
    while (this.length > 0) {
      const sent = this.#waiting.length > 1 ? this.#sendMany(fd) : this.#sendFirst(fd);
      if (sent < 0) return sent;
      if (sent === 0) return 0;
      this.#consume(sent);
    }
    return 0;
  }

  #consume(sent: number): void {
    this.length -= sent;
    let done = 0;
    while (sent > 0) {
      const first = this.#waiting[done];
      if (!first) break;
      if (sent < first.length) {
        this.#waiting[done] = first.subarray(sent);
        break;
      }
      sent -= first.length;
      done++;
    }
    this.#waiting.splice(0, done);
  }

  #sendFirst(fd: number): number {
    const [first] = this.#waiting;
    return first && first.length > 0 ? this.#send(fd, first, first.length) : -EFAULT;
  }

  #sendMany(fd: number): number {
    const parts = this.#waiting.slice(0, sys.IOV_MAX);
    if (parts.some(({ length }) => length === 0)) return -EFAULT;
    return result(() =>
      this.kind === "pipe"
        ? sys.writev(fd, parts)
        : sys.sendmsg(fd, parts, null, null, sys.MSG_NOSIGNAL),
    );
  }

  #send(fd: number, bytes: Uint8Array, size: number): number {
    try {
      const sent =
        this.kind === "pipe"
          ? sys.write(fd, bytes, 0, size)
          : sys.send(fd, bytes, 0, size, sys.MSG_NOSIGNAL);
      return sent ?? 0;
    } catch (error) {
      return numberOf(error);
    }
  }
}

function result(call: () => number | null): number {
  try {
    return call() ?? 0;
  } catch (error) {
    return numberOf(error);
  }
}

/** @returns -errno; 0 for a call that was interrupted: it is made again when there is room */
function numberOf(error: unknown): number {
  if (!isSystemError(error)) throw error;
  return error.errno === -EINTR ? 0 : error.errno;
}
