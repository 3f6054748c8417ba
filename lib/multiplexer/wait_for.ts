import { type Descriptor, type Target, descriptorOf } from "../descriptors/descriptor.ts";
import { checkSignal, reasonOf, throwIfAborted } from "../runtime/abort.ts";
import { now } from "../runtime/timing.ts";
import { checkTimeout } from "./checks.ts";
import { PollMultiplexer } from "./poll.ts";
import { SharedWait } from "./shared_wait.ts";

/**
 * Waits for one descriptor of any number, any number of times, until one deadline. The exact transfers,
 * `connect` and the UDP client use it; POLLUX_MULTIPLEXER has no effect on it.
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

  /** The milliseconds that are left. */
  get leftMs(): number {
    return Math.max(0, this.#deadlineMs - now());
  }

  /**
   * Waits until the descriptor is ready. Blocks the JavaScript thread; signals do not end it,
   * `worker.terminate()` does.
   *
   * @param interest - READABLE, WRITABLE, or 0: wait only for the time to pass
   * @param limitMs - a limit for this call, in milliseconds
   * @returns `false` if the time passed
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
   * @returns `false` also if the owner has closed or detached the descriptor
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
          remove(); // before the number is closed and reused
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
    // A Descriptor, possibly of another copy of this package.
    const { whenGone } = this.#target as Partial<Descriptor>;
    return typeof whenGone === "function" ? whenGone.call(this.#target, callback) : nothing;
  }
}

function nothing(): void {
  // The caller only needs to know that the descriptor is ready.
}
