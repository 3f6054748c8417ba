import { constants } from "node:os";
import { checkObject, invalidArgValue } from "../arguments.ts";
import { SystemError, isSystemError } from "../errors.ts";
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

/** The part of a `ChildProcess` of node:child_process that {@link PidFd.open} uses. */
export interface SpawnedChild {
  /** `undefined`: it could not be started. */
  readonly pid?: number | undefined;
  /** `null` until it has ended. */
  readonly exitCode: number | null;
  /** `null` unless a signal has ended it. */
  readonly signalCode: NodeJS.Signals | null;
}

/**
 * Refers to one process: pidfd_open(2). It never refers to another process, even if the process id is
 * reused. READABLE once the process has ended. No method blocks. Requires Linux 5.3, {@link exitStatus}
 * 5.4, {@link duplicate} 5.6.
 *
 * @see https://man7.org/linux/man-pages/man2/pidfd_open.2.html
 */
export class PidFd extends Descriptor {
  #child: SpawnedChild | null = null;

  /**
   * Opens a pidfd for a process.
   *
   * @param process - a process id, or a child of node:child_process. With the child, {@link exitStatus} also
   * knows what node:child_process has already waited for
   * @throws SystemError ESRCH: there is no such process, or the child has ended or was not started. EMFILE,
   * ENFILE: no descriptor is free
   */
  static open(process: number | SpawnedChild): PidFd {
    if (typeof process === "number") return new PidFd(whereFree(() => sys.pidfdOpen(process)));
    const { pid } = checkObject(process, "process", "a process id or a child process");
    // After its end another process may have the number.
    if (pid === undefined || hasEnded(process))
      throw new SystemError(sys.errno.ESRCH, "pidfd_open");
    const opened = PidFd.open(pid);
    opened.#child = process;
    return opened;
  }

  /**
   * Sends a signal to this process, and never to another one.
   *
   * @param signal - by name or number; 0 sends none and only checks whether one could be sent
   * @param value - an int that comes with the signal, as in sigqueue(3). Default: none, as kill(2)
   * @throws SystemError ESRCH: the process has ended and was waited for. EPERM: not allowed. EAGAIN: the queue of
   * signals is full
   */
  sendSignal(signal: sys.Signal, value?: number): void {
    const number = typeof signal === "number" ? signal : constants.signals[signal];
    if (number === undefined) throw invalidArgValue("signal", "the name of a signal", signal);
    sys.pidfdSendSignal(this.fd, number, 0, value ?? null);
  }

  /**
   * How the process ended; `null` while it runs. Does not block. Works only for a child of this process. For
   * its own children, node:child_process waits in the turn of the event loop after they end: open these with
   * the child itself, and not with its `pid`. This call leaves the child to be waited for (WNOWAIT).
   *
   * @throws SystemError ECHILD: not a child, or opened with a `pid` and already waited for
   */
  exitStatus(): ExitStatus | null {
    const ended = this.#waitid();
    if (!ended) return this.#child && statusOf(this.#child);
    const { code, status } = ended;
    return code === sys.CLD_EXITED
      ? { code: status, signal: null }
      : { code: null, signal: status };
  }

  /** @returns `null`: it has not ended, or node:child_process has waited for it */
  #waitid(): sys.ChildStatus | null {
    try {
      return sys.waitid(sys.P_PIDFD, this.fd, sys.WEXITED | sys.WNOHANG | sys.WNOWAIT);
    } catch (error) {
      if (this.#child && isSystemError(error, "ECHILD")) return null;
      throw error;
    }
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

function hasEnded({ exitCode, signalCode }: SpawnedChild): boolean {
  return exitCode !== null || signalCode !== null;
}

/** `null` also between the wait of node:child_process and the child's "exit" event in the same turn. */
function statusOf(child: SpawnedChild): ExitStatus | null {
  if (!hasEnded(child)) return null;
  const { exitCode: code, signalCode } = child;
  return { code, signal: signalCode === null ? null : constants.signals[signalCode] };
}
