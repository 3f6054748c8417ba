import { type Descriptor, type Target, descriptorOf } from "../descriptors/descriptor.ts";
import { checkSignal, reasonOf, throwIfAborted } from "../runtime/abort.ts";
import { now } from "../runtime/timing.ts";
import { checkTimeout } from "./checks.ts";
import { PollMultiplexer } from "./poll.ts";
import { SharedWait } from "./shared_wait.ts";

/**
 * Waits for one descriptor, of whatever number and however often, until one deadline. Whoever moves bytes
 * in several calls, or connects, waits with this; POLLUX_MULTIPLEXER is for the multiplexers of programs.
 */
export class DescriptorWait implements Disposable {
  readonly #target: Target;
  readonly #fd: number;
  readonly #deadlineMs: number;
  #multiplexer: PollMultiplexer | null = null;
  #interest = 0;

  /** @throws RangeError: the time is negative or NaN */
  constructor(target: Target, timeoutMs: number) {
    checkTimeout(timeoutMs);
    this.#target = target;
    this.#fd = descriptorOf(target);
    this.#deadlineMs = now() + timeoutMs;
  }

  /** What is left of the time. */
  get leftMs(): number {
    return Math.max(0, this.#deadlineMs - now());
  }

  /**
   * Waits until the descriptor is ready. Blocks the JavaScript thread; signals do not end it,
   * `worker.terminate()` does.
   *
   * @param interest - READABLE, WRITABLE, or 0: for nothing but the time to pass
   * @param limitMs - the time for this once
   * @returns `false` when the time has passed
   */
  waitSync(interest: number, limitMs = Infinity): boolean {
    if (!this.#multiplexer) {
      this.#multiplexer = new PollMultiplexer();
      this.#multiplexer.add(this.#fd, interest);
    } else if (interest !== this.#interest) {
      this.#multiplexer.modify(this.#fd, interest);
    }
    this.#interest = interest;
    const timeoutMs = Math.min(this.leftMs, limitMs);
    return this.#multiplexer.waitSync({ timeoutMs, restart: true }, nothing) > 0;
  }

  /**
   * As {@link waitSync}, with this thread free meanwhile.
   *
   * @returns `false` also when the owner has closed the descriptor, or given it away
   * @throws the reason of `signal`
   */
  async wait(interest: number, signal?: AbortSignal, limitMs = Infinity): Promise<boolean> {
    checkSignal(signal);
    throwIfAborted(signal);
    if (descriptorOf(this.#target) !== this.#fd) return false;
    const deadlineMs = Math.min(this.#deadlineMs, now() + limitMs);
    let stop = (): void => undefined;
    try {
      return await new Promise((resolve, reject) => {
        const remove = SharedWait.add({
          fd: this.#fd,
          interest,
          deadlineMs,
          end: resolve,
          fail: reject,
        });
        const onAbort = (): void => {
          reject(reasonOf(signal));
        };
        signal?.addEventListener("abort", onAbort, { once: true });
        const callOff = this.#whenGone(() => {
          remove(); // while the number is still its own
          resolve(false);
        });
        stop = () => {
          remove();
          signal?.removeEventListener("abort", onAbort);
          callOff();
        };
      });
    } finally {
      stop();
    }
  }

  [Symbol.dispose](): void {
    this.#multiplexer?.close();
  }

  #whenGone(callback: () => void): () => void {
    // A Descriptor, also of another copy of this package.
    const { whenGone } = this.#target as Partial<Descriptor>;
    return typeof whenGone === "function" ? whenGone.call(this.#target, callback) : nothing;
  }
}

function nothing(): void {
  // What is ready, the descriptor itself tells.
}
