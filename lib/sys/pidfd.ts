import { check } from "../errors.ts";
import { native } from "../native/native.ts";

export const PIDFD_NONBLOCK: number = native.PIDFD_NONBLOCK;

/**
 * `pidfd_open(pid, flags)`: opens a descriptor that refers to a process, even after its number is
 * reused. It is readable once the process has ended. Always close-on-exec. Does not block. Linux 5.3.
 *
 * @param flags - PIDFD_NONBLOCK: waitid(2) answers EAGAIN instead of waiting
 * @throws SystemError ESRCH: there is no such process. EINVAL: unknown flag, `pid` is not positive,
 * or (before Linux 6.9) a thread that leads no process. EMFILE, ENFILE, ENOMEM
 * @see https://man7.org/linux/man-pages/man2/pidfd_open.2.html
 */
export function pidfdOpen(pid: number, flags = 0): number {
  return check(native.pidfd_open(pid, flags), "pidfd_open");
}

/**
 * `pidfd_getfd(pidfd, targetfd, flags)`: opens what `targetfd` is in another process; close-on-exec
 * always. Does not block. Linux 5.6.
 *
 * @param flags - 0
 * @throws SystemError EBADF: `pidfd` or `targetfd` is not open. EPERM: this process may not trace
 * that one. ESRCH: it has ended. EINVAL, EMFILE, ENFILE
 * @see https://man7.org/linux/man-pages/man2/pidfd_getfd.2.html
 */
export function pidfdGetfd(pidfd: number, targetfd: number, flags = 0): number {
  return check(native.pidfd_getfd(pidfd, targetfd, flags), "pidfd_getfd", pidfd);
}

/**
 * `pidfd_send_signal(pidfd, sig, NULL, flags)`: sends a signal to the process that `pidfd` refers to,
 * and never to another one. Does not block. Linux 5.1.
 *
 * @param sig - the number of a signal; 0 only asks whether one could be sent
 * @throws SystemError EBADF: `pidfd` is not open or none. ESRCH: the process has ended and was waited
 * for. EPERM: not allowed. EINVAL: unknown signal or flag
 * @see https://man7.org/linux/man-pages/man2/pidfd_send_signal.2.html
 */
export function pidfdSendSignal(pidfd: number, sig: number, flags = 0): void {
  check(native.pidfd_send_signal(pidfd, sig, flags), "pidfd_send_signal", pidfd);
}
