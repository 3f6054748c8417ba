import { aBoolean, type OptionTable, readOptions } from "../arguments.ts";
import * as sys from "../sys/index.ts";
import { readWaiting } from "./blocking.ts";
import { Descriptor } from "./descriptor.ts";
import { undoForgotten, whereFree } from "./forgotten.ts";

/** How a {@link SignalFd} is opened. */
export interface SignalFdOptions {
  /** Whether {@link SignalFd.take} blocks until there is a signal. Default: `false`; it returns `null`. */
  readonly blocking?: boolean;
}

const OPTIONS: OptionTable<SignalFdOptions> = { blocking: aBoolean };

// For each signal that only SignalFds of this thread have blocked: how many of them hold it. The signal
// mask belongs to a thread, and each thread has its own copy of this module.
const holders = new Map<number, number>();

function hold(signals: readonly number[], before: sys.SigSet): number[] {
  const ours = signals.filter((signal) => holders.has(signal) || !before.has(signal));
  for (const signal of ours) holders.set(signal, (holders.get(signal) ?? 0) + 1);
  return ours;
}

/** Releases the signals, and returns those that no SignalFd holds any more. */
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
 * A signal stays pending only if it is blocked, so the constructor blocks the signals in this thread.
 * {@link close} of the last SignalFd that has a signal unblocks it; after {@link detach} it stays blocked.
 * In Node.js this is enough for signals that are sent to this thread (tgkill, F_SETOWN_EX, POSIX timers).
 * A signal that is sent to the whole process goes to another of its threads, which do not block it: use
 * `process.on("SIGTERM", …)`. docs/signals.md explains the reasons and the exception.
 *
 * @see https://man7.org/linux/man-pages/man2/signalfd.2.html
 */
export class SignalFd extends Descriptor {
  readonly #held: readonly number[];

  /**
   * @param signals - by name or number
   * @throws TypeError, RangeError: not a signal. SystemError EMFILE, ENFILE: no descriptor is free. No
   * signal is blocked then
   */
  constructor(signals: Iterable<sys.Signal>, options: SignalFdOptions = {}) {
    const { blocking = false } = readOptions(options, OPTIONS);
    const set = new sys.SigSet(signals);
    const flags = sys.SFD_CLOEXEC | (blocking ? 0 : sys.SFD_NONBLOCK);
    super(
      whereFree(() => sys.signalfd(-1, set, flags)),
      undefined,
      !blocking,
    );
    const before = sys.pthreadSigmask(sys.SIG_BLOCK, set);
    this.#held = hold(set.numbers(), before);
  }

  /**
   * Takes the next pending signal. Blocks only if opened with `blocking`.
   *
   * @returns `null` if no signal is pending, and the call would block
   * @throws SystemError EBADF: closed. EINTR: a signal arrived
   */
  take(): sys.SignalInfo | null {
    const bytes = new Uint8Array(sys.SIGNALFD_SIGINFO_SIZE);
    if (readWaiting(this, bytes) === null) return null;
    return sys.signalfdSiginfo(bytes)[0] ?? null;
  }

  /**
   * Closes the descriptor, and unblocks the signals that it blocked and no other SignalFd holds. A signal
   * that is still pending then has its usual effect. Does nothing the second time.
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
