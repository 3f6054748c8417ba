import { checkInteger } from "../arguments.ts";
import { check } from "../errors.ts";
import type { Constant } from "../native/constants.ts";
import { native } from "../native/native.ts";

// prettier-ignore
export const {
  PIDFD_NONBLOCK, PIDFD_THREAD, PIDFD_SIGNAL_THREAD, PIDFD_SIGNAL_THREAD_GROUP,
  PIDFD_SIGNAL_PROCESS_GROUP, PIDFD_SELF_THREAD, PIDFD_SELF_THREAD_GROUP,
} = native;
const INT_MIN = -(2 ** 31);
const INT_MAX = 2 ** 31 - 1;

/**
 * `pidfd_open(pid, flags)`: opens a descriptor that refers to a process. It never refers to another
 * process, even if the process id is reused. It is readable once the process has ended. Always
 * close-on-exec. Does not block. Requires Linux 5.3.
 *
 * @param flags - PIDFD_NONBLOCK: waitid(2) fails with EAGAIN instead of waiting. PIDFD_THREAD: `pid` is a
 * thread (Linux 6.9)
 * @throws SystemError ESRCH: there is no such process. EINVAL: unknown flag, `pid` is not positive,
 * or (before Linux 6.9) `pid` is a thread but not a process. EMFILE, ENFILE, ENOMEM
 * @see https://man7.org/linux/man-pages/man2/pidfd_open.2.html
 */
export function pidfdOpen(pid: number, flags: Constant<"PIDFD"> = 0): number {
  return check(native.pidfd_open(pid, flags), "pidfd_open");
}

/**
 * `pidfd_getfd(pidfd, targetfd, flags)`: duplicates descriptor `targetfd` of another process into
 * this one. Always close-on-exec. Does not block. Requires Linux 5.6.
 *
 * @param flags - must be 0
 * @throws SystemError EBADF: `pidfd` or `targetfd` is not open. EPERM: this process may not trace
 * the other one. ESRCH: the process has ended. EINVAL, EMFILE, ENFILE
 * @see https://man7.org/linux/man-pages/man2/pidfd_getfd.2.html
 */
export function pidfdGetfd(pidfd: number, targetfd: number, flags = 0): number {
  return check(native.pidfd_getfd(pidfd, targetfd, flags), "pidfd_getfd", pidfd);
}

/**
 * `pidfd_send_signal(pidfd, sig, info, flags)`: sends a signal to the process that `pidfd` refers to,
 * and never to another one. Does not block. Requires Linux 5.1.
 *
 * @param sig - the number of a signal; 0 sends none and only checks whether one could be sent
 * @param flags - whom the signal is for: PIDFD_SIGNAL_THREAD, _THREAD_GROUP or _PROCESS_GROUP (Linux 6.9). 0: the
 * process, or the thread if `pidfd` was opened with PIDFD_THREAD
 * @param value - an int that comes with the signal, as in sigqueue(3); `null`: as kill(2)
 * @throws SystemError EBADF: `pidfd` is not an open pidfd. ESRCH: the process has ended and was waited
 * for. EPERM: not allowed. EINVAL: unknown signal or flag
 * @see https://man7.org/linux/man-pages/man2/pidfd_send_signal.2.html
 */
export function pidfdSendSignal(
  pidfd: number,
  sig: Constant<"SIG">,
  flags: Constant<"PIDFD"> = 0,
  value: number | null = null,
): void {
  const sigval =
    value === null ? null : Int32Array.of(checkInteger(value, "value", INT_MIN, INT_MAX));
  check(native.pidfd_send_signal(pidfd, sig, sigval, flags), "pidfd_send_signal", pidfd);
}
