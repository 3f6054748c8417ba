import { constants } from "node:os";
import { invalidArgValue } from "../arguments.ts";
import * as sys from "../sys/index.ts";
import { Descriptor } from "./descriptor.ts";
import { whereFree } from "./forgotten.ts";

/** How a process ended, in the form of the "exit" event of node:child_process. */
export interface ExitStatus {
  /** The exit status, as passed to exit(3); `null` if a signal ended the process. */
  readonly code: number | null;
  /** The number of the signal that ended the process; `null` if it exited. */
  readonly signal: number | null;
}

/**
 * Refers to one process: pidfd_open(2). It never refers to another process, even if the process id is
 * reused. READABLE once the process has ended. No method blocks. Requires Linux 5.3, {@link exitStatus}
 * 5.4, {@link duplicate} 5.6.
 *
 * @see https://man7.org/linux/man-pages/man2/pidfd_open.2.html
 */
export class PidFd extends Descriptor {
  /**
   * Opens a pidfd for a process.
   *
   * @param pid - the process id; for a child of node:child_process, its `pid`
   * @throws SystemError ESRCH: there is no such process. EMFILE, ENFILE: no descriptor is free
   */
  static open(pid: number): PidFd {
    return new PidFd(whereFree(() => sys.pidfdOpen(pid)));
  }

  /**
   * Sends a signal to this process, and never to another one.
   *
   * @param signal - by name or number; 0 sends none and only checks whether one could be sent
   * @throws SystemError ESRCH: the process has ended and was waited for. EPERM: not allowed
   */
  sendSignal(signal: sys.Signal): void {
    const number = typeof signal === "number" ? signal : constants.signals[signal];
    if (number === undefined) throw invalidArgValue("signal", "the name of a signal", signal);
    sys.pidfdSendSignal(this.fd, number);
  }

  /**
   * How the process ended; `null` while it runs. Does not block. Works only for a child of this process
   * that has not been waited for. For its own children, node:child_process waits in the turn of the event
   * loop after they end. This call leaves the child to be waited for (WNOWAIT).
   *
   * @throws SystemError ECHILD: not a child, or already waited for
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
   * Duplicates a descriptor of that process into this one.
   *
   * @throws SystemError EBADF: the other process has no such descriptor. EPERM: this process may not trace it
   */
  duplicate(targetFd: number): Descriptor {
    return new Descriptor(whereFree(() => sys.pidfdGetfd(this.fd, targetFd)));
  }
}
