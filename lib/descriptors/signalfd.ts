import * as sys from "../sys/index.ts";
import { Descriptor } from "./descriptor.ts";
import { undoForgotten, whereFree } from "./forgotten.ts";

/** How a {@link SignalFd} is opened. */
export interface SignalFdOptions {
  /** Whether {@link SignalFd.take} waits for a signal. Default: `false`, it answers `null`. */
  readonly blocking?: boolean;
}

// How many of this thread's hold each signal blocked that none but they have blocked. A mask is the
// thread's, and so is a module.
const holders = new Map<number, number>();

function hold(signals: readonly number[], before: sys.SigSet): number[] {
  const ours = signals.filter((signal) => holders.has(signal) || !before.has(signal));
  for (const signal of ours) holders.set(signal, (holders.get(signal) ?? 0) + 1);
  return ours;
}

/** Counts down, and returns the signals that nobody holds any more. */
function release(signals: readonly number[]): number[] {
  return signals.filter((signal) => {
    const left = (holders.get(signal) ?? 0) - 1;
    if (left > 0) holders.set(signal, left);
    else holders.delete(signal);
    return left <= 0;
  });
}

/**
 * Receives signals as data instead of through a handler: signalfd(2). READABLE while one is pending.
 *
 * Signals wait only where they are blocked, so they are blocked in this thread, until
 * {@link close} of the last SignalFd that has them; for good after {@link detach}.
 * In Node.js that is enough for signals that are sent to this very thread (tgkill, F_SETOWN_EX, POSIX
 * timers). What is sent to the whole process goes to another of its threads, which do not block it:
 * use `process.on("SIGTERM", …)`. The reasons and the exception are in docs/signals.md.
 */
export class SignalFd extends Descriptor {
  readonly #held: readonly number[];

  /**
   * @param signals - by name or number
   * @throws TypeError, RangeError: not a signal. SystemError EMFILE, ENFILE: no descriptor is free; nothing is blocked then
   */
  constructor(signals: Iterable<sys.Signal>, { blocking = false }: SignalFdOptions = {}) {
    const set = new sys.SigSet(signals);
    const flags = sys.SFD_CLOEXEC | (blocking ? 0 : sys.SFD_NONBLOCK);
    super(whereFree(() => sys.signalfd(-1, set, flags)));
    const before = sys.pthreadSigmask(sys.SIG_BLOCK, set);
    this.#held = hold(set.numbers(), before);
  }

  /** Takes the next pending signal; `null` when the call would block. */
  take(): sys.SignalInfo | null {
    const bytes = new Uint8Array(sys.SIGNALFD_SIGINFO_SIZE);
    if (sys.read(this.fd, bytes) === null) return null;
    return sys.signalfdSiginfo(bytes)[0] ?? null;
  }

  /**
   * Closes the descriptor, and unblocks what it had blocked and no other holds; a signal that still waits then does what it
   * does without a signalfd. The second time does nothing.
   */
  override close(): void {
    if (this.closed) return;
    try {
      super.close();
    } finally {
      unblock(this.#held);
    }
  }

  /** @internal */
  override [undoForgotten](): () => void {
    const held = this.#held;
    return () => {
      unblock(held);
    };
  }
}

function unblock(held: readonly number[]): void {
  sys.pthreadSigmask(sys.SIG_UNBLOCK, new sys.SigSet(release(held)));
}
