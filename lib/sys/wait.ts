import { checkNonBlocking } from "../errors.ts";
import { readNumber } from "../memory/fields.ts";
import type { Constant } from "../native/constants.ts";
import { native } from "../native/native.ts";

// prettier-ignore
export const {
  P_ALL, P_PGID, P_PID, P_PIDFD, WCONTINUED, WEXITED, WNOHANG, WNOWAIT, WSTOPPED, CLD_CONTINUED,
  CLD_DUMPED, CLD_EXITED, CLD_KILLED, CLD_STOPPED, CLD_TRAPPED, WUNTRACED,
} = native;

/** The fields of `siginfo_t` that describe how a child process changed state. */
export interface ChildStatus {
  /** The process id of the child. */
  readonly pid: number;
  /** The user id of the child. */
  readonly uid: number;
  /** CLD_EXITED, CLD_KILLED, CLD_DUMPED, CLD_STOPPED, CLD_CONTINUED or CLD_TRAPPED. */
  readonly code: number;
  /** With CLD_EXITED the value the child passed to exit(3), else the number of a signal. */
  readonly status: number;
}

/**
 * `waitid(idtype, id, infop, options)`: waits until a child of this process changes state as
 * `options` describe. Blocks the JavaScript thread, except with WNOHANG or a non-blocking pidfd.
 *
 * Node.js waits for the children of node:child_process itself. Without WNOWAIT, this call takes such a
 * child's status away from Node.js, and its "exit" event never fires.
 *
 * @param idtype - which children: P_PID, P_PIDFD (Linux 5.4), P_PGID or P_ALL
 * @param id - the process id, the pidfd or the process group; ignored with P_ALL
 * @param options - WEXITED, WSTOPPED, WCONTINUED; also WNOHANG; with WNOWAIT the child can be waited for
 * again
 * @returns how the child changed, or `null` if the call would block (WNOHANG: no child has changed yet)
 * @throws SystemError ECHILD: no such child, or already waited for. EBADF: not an open pidfd. EINTR,
 * EINVAL
 * @see https://man7.org/linux/man-pages/man2/wait.2.html
 */
export function waitid(
  idtype: Constant<"P">,
  id: number,
  options: Constant<"W">,
): ChildStatus | null {
  const { sizeof, fields } = native.structs.siginfo_t;
  const info = new Uint8Array(sizeof);
  const result = native.waitid(idtype, id, info, options);
  const fd = idtype === P_PIDFD ? id : undefined;
  if (checkNonBlocking(result, "waitid", fd) === null) return null;
  const pid = readNumber(info, fields.pid);
  if (pid === 0) return null;
  return {
    pid,
    uid: readNumber(info, fields.uid),
    code: readNumber(info, fields.code),
    status: readNumber(info, fields.status),
  };
}
