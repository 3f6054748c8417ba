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
import { isSystemError, SystemError, withDetails } from "../errors.ts";
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
  /** Gives up: the promise is rejected with the signal's reason, and {@link onProgress} knew how far it was. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Is called after each part with how many bytes are through by then. What it throws ends the transfer.
   * After a signal the last of them says how many bytes were moved: the reason is yours, and has no
   * `transferred`.
   */
  readonly onProgress?: ((transferred: number) => void) | undefined;
}

// Where the bytes are is checked with the buffer.
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

// pipe(7): where a pipe is writable, so many bytes can be written without blocking.
const PIPE_BUF = 4096;

/**
 * readn: reads exactly so many bytes, in as many calls as it takes. Waits where there are none, also on
 * a non-blocking descriptor. Blocks the JavaScript thread; `worker.terminate()` ends it all the same.
 *
 * @returns `length`, or fewer where the stream ended before
 * @throws SystemError ETIMEDOUT: the time passed. What read(2) and recv(2) throw, but EINTR; EBADF
 * also when it is closed meanwhile. All say in
 * `transferred` how many bytes are in the buffer already
 */
export function readExactlySync(
  target: Target,
  buffer: Uint8Array,
  options: ExactOptions = {},
): number {
  return finishSync(new Transfer(target, buffer, readOptions(options, OPTIONS), READABLE));
}

/**
 * As {@link readExactlySync}, with this thread free meanwhile. One at a time on a descriptor: another,
 * also one that blocks, throws ERR_INVALID_STATE until this one is over.
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
 * writen: writes all bytes, in as many calls as it takes. Waits where there is no room, also on a
 * non-blocking descriptor. Blocks the JavaScript thread; `worker.terminate()` ends it all the same.
 *
 * @returns `length`
 * @throws SystemError ETIMEDOUT: the time passed. What write(2) and send(2) throw, but EINTR. Both say
 * in `transferred` how many bytes were written before
 */
export function writeAllSync(
  target: Target,
  buffer: Uint8Array,
  options: ExactOptions = {},
): number {
  return finishSync(new Transfer(target, buffer, readOptions(options, OPTIONS), WRITABLE));
}

/** As {@link writeAllSync}, with this thread free meanwhile. One at a time, as {@link readExactly}. */
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

/** So many bytes between one descriptor and one buffer, in several calls that never block. */
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
      throw invalidState(`another ${this.syscall} still waits for descriptor ${String(this.#fd)}`);
    }
  }

  /** Keeps others away from the descriptor, in this direction, until it is disposed. */
  hold(): Disposable {
    pending.set(this.#key, this);
    return {
      [Symbol.dispose]: () => {
        if (pending.get(this.#key) === this) pending.delete(this.#key);
      },
    };
  }

  /** Neither closed nor given away since. */
  get isOpen(): boolean {
    return descriptorOf(this.target) === this.#fd;
  }

  get done(): number {
    return this.#done;
  }

  get syscall(): string {
    if (this.interest === READABLE) return this.#isSocket ? "recv" : "read";
    return this.#isSocket ? "send" : "write";
  }

  /**
   * Moves what can be moved without waiting.
   *
   * @param ready - whether a wait has just said that the descriptor is ready
   * @returns whether that was all; else it is time to wait
   */
  advance(ready: boolean): boolean {
    // What is no socket may be blocking, and has no flag against that: one call for each wait.
    for (let calls = 0; this.#done < this.#length; calls++) {
      if (!this.#isSocket && !(ready && calls === 0)) return false;
      const moved = this.#tryMove();
      if (moved === null) return false;
      this.#done += moved;
      if (moved > 0) this.#onProgress?.(this.#done);
      if (moved === 0 && this.interest === READABLE) return true;
    }
    return true;
  }

  /** The error with what was moved before it. */
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

  /** Not closed, or given away, while it was waited for. */
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
      if (!ready) throw transfer.timedOut();
    }
  } catch (error) {
    throw transfer.explain(error);
  }
}

async function finish(transfer: Transfer, signal: AbortSignal | undefined): Promise<number> {
  try {
    throwIfAborted(signal);
    if (transfer.advance(false)) return transfer.done;
    using _ = transfer.hold();
    for (;;) {
      const ready = await transfer.wait.wait(transfer.interest, signal);
      transfer.checkOpen();
      if (ready && transfer.advance(true)) return transfer.done;
      if (!ready) throw transfer.timedOut();
    }
  } catch (error) {
    throw transfer.explain(error);
  }
}
