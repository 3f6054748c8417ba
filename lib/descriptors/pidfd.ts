import { constants } from "node:os";
import { invalidArgValue } from "../arguments.ts";
import * as sys from "../sys/index.ts";
import { Descriptor } from "./descriptor.ts";
import { whereFree } from "./forgotten.ts";

/** How a process has ended, as the "exit" event of node:child_process tells it. */
export interface ExitStatus {
  /** What it gave to exit(3); `null` when a signal ended it. */
  readonly code: number | null;
  /** The number of that signal; `null` when it ended by itself. */
  readonly signal: number | null;
}

/**
 * Refers to one process, even after its number is reused: pidfd_open(2). READABLE once the process has
 * ended. Linux 5.3; {@link exitStatus} 5.4, {@link duplicate} 5.6.
 */
export class PidFd extends Descriptor {
  /**
   * @param pid - a process; for a child of node:child_process, its `pid`
   * @throws SystemError ESRCH: there is no such process. EMFILE, ENFILE: no descriptor is free
   */
  static open(pid: number): PidFd {
    return new PidFd(whereFree(() => sys.pidfdOpen(pid)));
  }

  /**
   * Sends a signal, to this process and never to another.
   *
   * @param signal - by name or number; 0 only asks whether one could be sent
   * @throws SystemError ESRCH: it has ended and was waited for. EPERM: not allowed
   */
  sendSignal(signal: sys.Signal): void {
    const number = typeof signal === "number" ? signal : constants.signals[signal];
    if (number === undefined) throw invalidArgValue("signal", "the name of a signal", signal);
    sys.pidfdSendSignal(this.fd, number);
  }

  /**
   * How the process has ended; `null` while it runs. Does not block. Only for a child of this process
   * that nobody has waited for: node:child_process does that for its own, in the turn of the event
   * loop after their end. It is left to be waited for.
   *
   * @throws SystemError ECHILD: not a child, or waited for already
   */
  exitStatus(): ExitStatus | null {
    const options = sys.WEXITED | sys.WNOHANG | sys.WNOWAIT;
    const ended = sys.waitid(sys.P_PIDFD, this.fd, options);
    if (!ended) return null;
    const { code, status } = ended;
    return code === sys.CLD_EXITED
      ? { code: status, signal: null }
      : { code: null, signal: status };
  }

  /**
   * Opens, in this process, what a descriptor of that process refers to.
   *
   * @throws SystemError EBADF: it has no such descriptor. EPERM: this process may not trace it
   */
  duplicate(targetFd: number): Descriptor {
    return new Descriptor(whereFree(() => sys.pidfdGetfd(this.fd, targetFd)));
  }
}
