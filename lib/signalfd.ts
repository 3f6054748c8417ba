import { Descriptor } from "./descriptor.ts";
import * as sys from "./sys/index.ts";

export interface SignalFdOptions {
  /** Whether {@link SignalFd.take} waits for a signal. Default: `false`, it answers `null`. */
  readonly blocking?: boolean;
}

/**
 * Takes signals as data instead of with a handler: signalfd(2). READABLE while one waits.
 *
 * Signals wait only where they are blocked, so they are blocked in this thread, until {@link close}.
 * In Node.js that is enough for signals that are sent to this very thread (tgkill, F_SETOWN_EX, POSIX
 * timers). What is sent to the whole process goes to another of its threads, which do not block it:
 * use `process.on("SIGTERM", …)`. The reasons and the exception are in docs/signals.md.
 */
export class SignalFd extends Descriptor {
  readonly #restore: sys.SigSet;

  /**
   * @param signals - by name or number
   * @throws SystemError EMFILE, ENFILE: no descriptor is free; nothing is blocked then
   */
  constructor(signals: Iterable<sys.Signal>, { blocking = false }: SignalFdOptions = {}) {
    const all = [...signals];
    const set = new sys.SigSet(all);
    super(sys.signalfd(-1, set, sys.SFD_CLOEXEC | (blocking ? 0 : sys.SFD_NONBLOCK)));
    const before = sys.pthreadSigmask(sys.SIG_BLOCK, set);
    this.#restore = new sys.SigSet(all.filter((signal) => !before.has(signal)));
  }

  /** The next signal that waits; `null` where the call would block. */
  take(): sys.SignalInfo | null {
    const bytes = new Uint8Array(sys.SIGNALFD_SIGINFO_SIZE);
    if (sys.read(this.fd, bytes) === null) return null;
    return sys.signalfdSiginfo(bytes)[0] ?? null;
  }

  /**
   * Closes the descriptor, and unblocks what it had blocked; a signal that still waits then does what it
   * does without a signalfd. The second time does nothing.
   */
  override close(): void {
    if (this.closed) return;
    try {
      super.close();
    } finally {
      sys.pthreadSigmask(sys.SIG_UNBLOCK, this.#restore);
    }
  }
}
