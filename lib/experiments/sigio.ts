import * as sys from "../sys/index.ts";
import { threadId } from "./io_calls.ts";
import type { Shown } from "./experiment.ts";

/** A real-time signal: each one is queued, with the descriptor that it is for. */
const REAL_TIME_SIGNAL = 40;
/** As C names it. glibc keeps the first two of the kernel's signals for itself. */
const REAL_TIME_NAME = "SIGRTMIN+6";
const SIGNALS = [REAL_TIME_SIGNAL, "SIGIO"] as const;

/** Makes a call and shows it. */
type Make = <T>(
  name: string,
  values: readonly Shown[],
  make: () => T,
  show?: (answer: T) => Shown,
) => T;

/**
 * Has the kernel signal this thread whenever something happens on a descriptor, and takes the signals by a
 * signalfd.
 */
export class SignalDriven implements Disposable {
  readonly #fd: number;
  readonly #signalfd: number;
  readonly #before: sys.SigSet;

  /** @param blocks - whether {@link take} waits for a signal */
  constructor(fd: number, make: Make, blocks = true) {
    const set = new sys.SigSet(SIGNALS);
    const shown = `{${REAL_TIME_NAME}, SIGIO}`;
    this.#fd = fd;
    this.#signalfd = make("signalfd", [-1, shown, blocks ? 0 : "SFD_NONBLOCK"], () =>
      sys.signalfd(-1, set, sys.SFD_CLOEXEC | (blocks ? 0 : sys.SFD_NONBLOCK)),
    );
    // Before the first signal comes: its usual effect is to end the process.
    this.#before = make(
      "pthread_sigmask",
      ["SIG_BLOCK", shown, "before"],
      () => sys.pthreadSigmask(sys.SIG_BLOCK, set),
      () => 0,
    );
    const thread = threadId();
    const owner = Int32Array.of(sys.F_OWNER_TID, thread);
    make("fcntl", [fd, "F_SETOWN_EX", `{F_OWNER_TID, ${String(thread)}}`], () => {
      sys.fcntlOwner(fd, sys.F_SETOWN_EX, owner);
    });
    make("fcntl", [fd, "F_SETSIG", REAL_TIME_NAME], () =>
      sys.fcntl(fd, sys.F_SETSIG, REAL_TIME_SIGNAL),
    );
    const status = sys.fcntl(fd, sys.F_GETFL);
    make("fcntl", [fd, "F_SETFL", "flags | O_ASYNC"], () =>
      sys.fcntl(fd, sys.F_SETFL, status | sys.O_ASYNC),
    );
  }

  /** Takes the next signal. SIGIO comes before real-time signals. */
  take(make: Make): sys.SignalInfo | null {
    const bytes = new Uint8Array(sys.SIGNALFD_SIGINFO_SIZE);
    return make(
      "read",
      ["signalfd", "info", bytes.length],
      () => (sys.read(this.#signalfd, bytes) === null ? null : sys.signalfdSiginfo(bytes)[0]!),
      shownSignal,
    );
  }

  /** No signal is left pending when the mask is as before. */
  [Symbol.dispose](): void {
    sys.fcntl(this.#fd, sys.F_SETFL, sys.fcntl(this.#fd, sys.F_GETFL) & ~sys.O_ASYNC);
    sys.fcntl(this.#fd, sys.F_SETSIG, 0);
    sys.fcntl(this.#signalfd, sys.F_SETFL, sys.O_NONBLOCK);
    const many = new Uint8Array(64 * sys.SIGNALFD_SIGINFO_SIZE);
    while (sys.read(this.#signalfd, many) !== null);
    sys.close(this.#signalfd);
    sys.pthreadSigmask(sys.SIG_SETMASK, this.#before);
  }
}

/** `SIGIO`, or the name of the real-time signal with the descriptor that it names. */
function shownSignal(info: sys.SignalInfo | null): Shown {
  if (info === null) return "-1 EAGAIN";
  return info.signo === REAL_TIME_SIGNAL
    ? `${REAL_TIME_NAME}, si_fd ${String(info.fd)}`
    : "SIGIO, without a descriptor";
}
