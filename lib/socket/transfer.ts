import { invalidState } from "../arguments.ts";
import { descriptorOf, type Target } from "../descriptors/descriptor.ts";
import { isSystemError, SystemError, withDetails } from "../errors.ts";
import { Backoff } from "../failures/backoff.ts";
import { MAX_ATTEMPTS } from "../failures/classes.ts";
import { DescriptorWait } from "../multiplexer/wait_for.ts";
import { throwIfAborted } from "../runtime/abort.ts";
import * as sys from "../sys/index.ts";

// A message of the error queue (such as a transmit timestamp), which only its owner takes, is announced again
// and again: there is no event for the bytes that follow.
const FIRST_PAUSE_MS = 5;
const MAX_PAUSE_MS = 50;

/** How bytes go between a descriptor and something else. */
export interface Movement {
  /** READABLE or WRITABLE: what has to be waited for. */
  readonly interest: number;
  /** The call, for errors. */
  readonly syscall: string;
  /** Whether a call may block, or take long: then there is one for each wait. */
  readonly needsWait: boolean;
  /** Whether no bytes are the end. */
  readonly endsAtZero: boolean;
  /**
   * Moves what it can without waiting.
   *
   * @param done - how many bytes were moved before
   * @param left - how many are left
   * @returns `null` if it would block
   */
  move(fd: number, done: number, left: number): number | null;
}

/** How long a transfer waits, and whom it tells. */
export interface TransferOptions {
  /** Milliseconds for all of it, fractions allowed. Default: without limit. */
  readonly timeoutMs?: number | undefined;
  /** Called after each part, with the number of bytes transferred so far. */
  readonly onProgress?: ((transferred: number) => void) | undefined;
}

// One at a time in each direction: two would take each other's bytes.
const pending = new Map<string, Transfer>();

/** One transfer of a descriptor, in several calls that never block. */
export class Transfer {
  readonly target: Target;
  readonly wait: DescriptorWait;
  readonly #movement: Movement;
  readonly #length: number;
  readonly #fd: number;
  readonly #onProgress: ((transferred: number) => void) | undefined;
  #done = 0;
  /** How often in a row the descriptor was announced as ready, and nothing was transferred. */
  #inVain = 0;
  #pauses: Backoff | null = null;

  /** @param length - how many bytes to transfer */
  constructor(target: Target, movement: Movement, length: number, options: TransferOptions) {
    this.target = target;
    this.#movement = movement;
    this.#fd = descriptorOf(target);
    this.#length = length;
    this.#onProgress = options.onProgress;
    const { timeoutMs = Infinity } = options;
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

  get interest(): number {
    return this.#movement.interest;
  }

  get syscall(): string {
    return this.#movement.syscall;
  }

  /**
   * Transfers what it can without waiting.
   *
   * @param ready - whether a wait has just reported that the descriptor is ready
   * @returns whether the transfer is complete; otherwise it has to wait
   */
  advance(ready: boolean): boolean {
    if (ready) this.#inVain++;
    for (let calls = 0; this.#done < this.#length; calls++) {
      if (this.#movement.needsWait && !(ready && calls === 0)) return false;
      const moved = this.#tryMove();
      if (moved === null) return false;
      this.#done += moved;
      this.#inVain = 0;
      this.#pauses?.reset();
      if (moved > 0 && this.#onProgress) {
        this.#onProgress(this.#done);
        if (this.#done < this.#length) this.checkOpen();
      }
      if (moved === 0 && this.#movement.endsAtZero) return true;
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

  /** @throws SystemError EBADF: the descriptor was closed or detached meanwhile */
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
      return this.#movement.move(this.#fd, this.#done, this.#length - this.#done);
    } catch (error) {
      if (isSystemError(error, "EINTR")) return this.#tryMove();
      throw error;
    }
  }
}

/** Transfers all, and blocks the JavaScript thread. */
export function finishSync(transfer: Transfer): number {
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

/** Transfers all, with this thread free meanwhile. */
export async function finish(transfer: Transfer, signal: AbortSignal | undefined): Promise<number> {
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
