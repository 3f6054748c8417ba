import {
  aFunction,
  anAbortSignal,
  anything,
  aTimeLimit,
  bytesAfter,
  checkSlice,
  type OptionTable,
  readOptions,
} from "../arguments.ts";
import type { Target } from "../descriptors/descriptor.ts";
import { PIPE_BUF } from "../descriptors/inherited.ts";
import { isSystemError } from "../errors.ts";
import { READABLE, WRITABLE } from "../multiplexer/multiplexer.ts";
import * as sys from "../sys/index.ts";
import { finish, finishSync, type Movement, Transfer } from "./transfer.ts";

/** Which bytes {@link readExactlySync} and {@link writeAllSync} transfer, and how long they wait. */
export interface ExactOptions {
  /** Where to begin in the buffer, in bytes. Default: 0. */
  readonly offset?: number;
  /** How many bytes. Default: up to the end of the buffer. */
  readonly length?: number;
  /** Milliseconds for all of it, fractions allowed. Default: without limit. */
  readonly timeoutMs?: number | undefined;
}

/** Which bytes {@link readExactly} and {@link writeAll} transfer, and how long they wait. */
export interface AsyncExactOptions extends ExactOptions {
  /** Cancels the transfer: the promise is rejected with the signal's reason, which has no `transferred`. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Called after each part, with the number of bytes transferred so far. If it throws, the transfer ends.
   * After `signal` was aborted, its last call tells how many bytes were transferred.
   */
  readonly onProgress?: ((transferred: number) => void) | undefined;
}

// `offset` and `length` are checked together with the buffer.
const OPTIONS: OptionTable<ExactOptions> = {
  offset: anything,
  length: anything,
  timeoutMs: aTimeLimit,
};
const ASYNC_OPTIONS: OptionTable<AsyncExactOptions> = {
  ...OPTIONS,
  signal: anAbortSignal,
  onProgress: aFunction,
};

/**
 * Reads exactly `length` bytes, in as many calls as needed. Waits for bytes, also on a non-blocking
 * descriptor. Blocks the JavaScript thread; `worker.terminate()` ends it.
 *
 * @returns `length`, or fewer bytes if the stream ended
 * @throws SystemError ETIMEDOUT: the time passed. EBADF: it is not open, or was closed meanwhile. Other
 * errors of read(2) and recv(2), except EINTR. `transferred` of each error is the number of bytes that were
 * read before it
 */
export function readExactlySync(
  target: Target,
  buffer: Uint8Array,
  options: ExactOptions = {},
): number {
  return finishSync(transferOf(target, buffer, readOptions(options, OPTIONS), READABLE));
}

/**
 * As {@link readExactlySync}, with this thread free meanwhile. One call at a time on a descriptor: until it
 * ends, another one, also a blocking one, throws ERR_INVALID_STATE.
 */
export async function readExactly(
  target: Target,
  buffer: Uint8Array,
  options: AsyncExactOptions = {},
): Promise<number> {
  return await finish(
    transferOf(target, buffer, readOptions(options, ASYNC_OPTIONS), READABLE),
    options.signal,
  );
}

/**
 * Writes all bytes, in as many calls as needed. Waits for room, also on a non-blocking descriptor. Blocks
 * the JavaScript thread; `worker.terminate()` ends it.
 *
 * @returns `length`
 * @throws SystemError ETIMEDOUT: the time passed. Other errors of write(2) and send(2), except EINTR.
 * `transferred` of each error is the number of bytes that were written before it
 */
export function writeAllSync(
  target: Target,
  buffer: Uint8Array,
  options: ExactOptions = {},
): number {
  return finishSync(transferOf(target, buffer, readOptions(options, OPTIONS), WRITABLE));
}

/** As {@link writeAllSync}, with this thread free meanwhile. One call at a time, as {@link readExactly}. */
export async function writeAll(
  target: Target,
  buffer: Uint8Array,
  options: AsyncExactOptions = {},
): Promise<number> {
  return await finish(
    transferOf(target, buffer, readOptions(options, ASYNC_OPTIONS), WRITABLE),
    options.signal,
  );
}

function transferOf(
  target: Target,
  buffer: Uint8Array,
  options: AsyncExactOptions,
  interest: number,
): Transfer {
  const { offset = 0, length = bytesAfter(buffer, offset) } = options;
  checkSlice(buffer, offset, length);
  return new Transfer(target, new BufferMovement(buffer, offset, interest), length, options);
}

/** Between a descriptor and a buffer. */
class BufferMovement implements Movement {
  readonly interest: number;
  readonly #buffer: Uint8Array;
  readonly #offset: number;
  #isSocket = true;

  constructor(buffer: Uint8Array, offset: number, interest: number) {
    this.interest = interest;
    this.#buffer = buffer;
    this.#offset = offset;
  }

  get syscall(): string {
    if (this.interest === READABLE) return this.#isSocket ? "recv" : "read";
    return this.#isSocket ? "send" : "write";
  }

  // A descriptor that is not a socket may block, and there is no MSG_DONTWAIT.
  get needsWait(): boolean {
    return !this.#isSocket;
  }

  get endsAtZero(): boolean {
    return this.interest === READABLE;
  }

  move(fd: number, done: number, left: number): number | null {
    try {
      return this.#move(fd, this.#offset + done, left);
    } catch (error) {
      if (!isSystemError(error, "ENOTSOCK")) throw error;
      this.#isSocket = false;
      return null;
    }
  }

  #move(fd: number, from: number, left: number): number | null {
    if (this.interest === READABLE) {
      return this.#isSocket
        ? sys.recv(fd, this.#buffer, from, left, sys.MSG_DONTWAIT)
        : sys.read(fd, this.#buffer, from, left);
    }
    return this.#isSocket
      ? sys.send(fd, this.#buffer, from, left, sys.MSG_DONTWAIT | sys.MSG_NOSIGNAL)
      : sys.write(fd, this.#buffer, from, Math.min(left, PIPE_BUF));
  }
}
