import {
  aFunction,
  anAbortSignal,
  anything,
  aTimeLimit,
  bytesAfter,
  checkSlice,
  invalidState,
  type OptionTable,
  readOptions,
} from "../arguments.ts";
import { descriptorOf, type Target } from "../descriptors/descriptor.ts";
import { PIPE_BUF } from "../descriptors/inherited.ts";
import { isSystemError, SystemError, withDetails } from "../errors.ts";
import { Backoff } from "../failures/backoff.ts";
import { MAX_ATTEMPTS } from "../failures/classes.ts";
import { READABLE, WRITABLE } from "../multiplexer/multiplexer.ts";
import { DescriptorWait } from "../multiplexer/wait_for.ts";
import { throwIfAborted } from "../runtime/abort.ts";
import * as sys from "../sys/index.ts";

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

// A message of the error queue (such as a transmit timestamp), which only its owner takes, is announced again
// and again: there is no event for the bytes that follow.
const FIRST_PAUSE_MS = 5;
const MAX_PAUSE_MS = 50;

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
  return finishSync(new Transfer(target, buffer, readOptions(options, OPTIONS), READABLE));
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
    new Transfer(target, buffer, readOptions(options, ASYNC_OPTIONS), READABLE),
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
  return finishSync(new Transfer(target, buffer, readOptions(options, OPTIONS), WRITABLE));
}

/** As {@link writeAllSync}, with this thread free meanwhile. One call at a time, as {@link readExactly}. */
export async function writeAll(
  target: Target,
  buffer: Uint8Array,
  options: AsyncExactOptions = {},
): Promise<number> {
  return await finish(
    new Transfer(target, buffer, readOptions(options, ASYNC_OPTIONS), WRITABLE),
    options.signal,
  );
}

// One at a time in each direction: two would take each other's bytes.
const pending = new Map<string, Transfer>();

/** One transfer between a descriptor and a buffer, in several calls that never block. */
class Transfer {
  readonly target: Target;
  readonly interest: number;
  readonly wait: DescriptorWait;
  readonly #buffer: Uint8Array;
  readonly #offset: number;
  readonly #length: number;
  readonly #fd: number;
  readonly #onProgress: AsyncExactOptions["onProgress"];
  #isSocket = true;
  #done = 0;
  /** How often in a row the descriptor was announced as ready, and nothing was transferred. */
  #inVain = 0;
  #pauses: Backoff | null = null;

  constructor(target: Target, buffer: Uint8Array, options: AsyncExactOptions, interest: number) {
    const { offset = 0, length = bytesAfter(buffer, offset), timeoutMs = Infinity } = options;
    checkSlice(buffer, offset, length);
    this.target = target;
    this.interest = interest;
    this.#fd = descriptorOf(target);
    this.#buffer = buffer;
    this.#offset = offset;
    this.#length = length;
    this.#onProgress = options.onProgress;
    this.wait = new DescriptorWait(target, timeoutMs);
    if (pending.get(this.#key)?.isOpen) {
      throw invalidState(
        `another ${this.syscall} is still waiting on descriptor ${String(this.#fd)}`,
      );
    }
  }

  /** Reserves this direction of the descriptor until the result is disposed. */
  hold(): Disposable {
    pending.set(this.#key, this);
    return {
      [Symbol.dispose]: () => {
        if (pending.get(this.#key) === this) pending.delete(this.#key);
      },
    };
  }

  /** Whether the descriptor was neither closed nor detached since. */
  get isOpen(): boolean {
    return descriptorOf(this.target) === this.#fd;
  }

  get done(): number {
    return this.#done;
  }

  /** Whether the last wait has announced what was not there. */
  get isIdle(): boolean {
    return this.#inVain > 0;
  }

  /** Milliseconds to pause before the next wait. */
  pauseMs(): number {
    if (this.#inVain < MAX_ATTEMPTS) return 0;
    return (this.#pauses ??= new Backoff(FIRST_PAUSE_MS, MAX_PAUSE_MS)).fail();
  }

  get syscall(): string {
    if (this.interest === READABLE) return this.#isSocket ? "recv" : "read";
    return this.#isSocket ? "send" : "write";
  }

  /**
   * Transfers what it can without waiting.
   *
   * @param ready - whether a wait has just reported that the descriptor is ready
   * @returns whether the transfer is complete; otherwise it has to wait
   */
  advance(ready: boolean): boolean {
    if (ready) this.#inVain++;
    // A descriptor that is not a socket may block, and there is no MSG_DONTWAIT: one call for each wait.
    for (let calls = 0; this.#done < this.#length; calls++) {
      if (!this.#isSocket && !(ready && calls === 0)) return false;
      const moved = this.#tryMove();
      if (moved === null) return false;
      this.#done += moved;
      this.#inVain = 0;
      this.#pauses?.reset();
      if (moved > 0) this.#onProgress?.(this.#done);
      if (moved === 0 && this.interest === READABLE) return true;
    }
    return true;
  }

  /** Adds the number of transferred bytes to an error. */
  explain(error: unknown): unknown {
    if (!isSystemError(error)) return error;
    const details = { fd: this.#fd, transferred: this.#done };
    try {
      return withDetails(details, () => {
        throw error;
      });
    } catch (explained) {
      return explained;
    }
  }

  /** @throws SystemError EBADF: the descriptor was closed or detached during the wait */
  checkOpen(): void {
    if (this.isOpen) return;
    throw new SystemError(sys.errno.EBADF, this.syscall, { fd: this.#fd });
  }

  timedOut(): SystemError {
    return new SystemError(sys.errno.ETIMEDOUT, this.syscall, { fd: this.#fd });
  }

  get #key(): string {
    return `${String(this.interest)} ${String(this.#fd)}`;
  }

  #tryMove(): number | null {
    try {
      return this.#move();
    } catch (error) {
      if (isSystemError(error, "EINTR")) return this.#tryMove();
      if (!isSystemError(error, "ENOTSOCK")) throw error;
      this.#isSocket = false;
      return null;
    }
  }

  #move(): number | null {
    const [from, left] = [this.#offset + this.#done, this.#length - this.#done];
    const fd = this.#fd;
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

function finishSync(transfer: Transfer): number {
  using wait = transfer.wait;
  try {
    if (transfer.advance(false)) return transfer.done;
    for (;;) {
      const ready = wait.waitSync(transfer.interest);
      if (ready && transfer.advance(true)) return transfer.done;
      if (!ready || (transfer.isIdle && wait.leftMs === 0)) throw transfer.timedOut();
      const pauseMs = transfer.pauseMs();
      if (pauseMs > 0) wait.waitSync(0, pauseMs);
    }
  } catch (error) {
    throw transfer.explain(error);
  }
}

async function finish(transfer: Transfer, signal: AbortSignal | undefined): Promise<number> {
  const { wait } = transfer;
  try {
    throwIfAborted(signal);
    if (transfer.advance(false)) return transfer.done;
    using _ = transfer.hold();
    for (;;) {
      const ready = await wait.wait(transfer.interest, signal);
      transfer.checkOpen();
      if (ready && transfer.advance(true)) return transfer.done;
      if (!ready || (transfer.isIdle && wait.leftMs === 0)) throw transfer.timedOut();
      const pauseMs = transfer.pauseMs();
      if (pauseMs > 0) await wait.wait(0, signal, pauseMs);
    }
  } catch (error) {
    throw transfer.explain(error);
  }
}
