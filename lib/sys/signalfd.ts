import { checkBytes, checkObject } from "../arguments.ts";
import { check } from "../errors.ts";
import { readNumber } from "../memory/fields.ts";
import { type SignalMask, native } from "../native/native.ts";

export const SFD_CLOEXEC: number = native.SFD_CLOEXEC;
export const SFD_NONBLOCK: number = native.SFD_NONBLOCK;

/** How many bytes read(2) yields for one signal (`struct signalfd_siginfo`). */
export const SIGNALFD_SIGINFO_SIZE: number = native.structs.signalfd_siginfo.sizeof;

/** One signal that was taken from a signalfd: the fields of `struct signalfd_siginfo` that matter. */
export interface SignalInfo {
  /** The number of the signal. */
  readonly signo: number;
  /** Where it comes from: SI_… or, with SIGCHLD and SIGIO, a code of that signal. */
  readonly code: number;
  /** Who sent it, or which child changed. */
  readonly pid: number;
  /** The user that sent it. */
  readonly uid: number;
  /** SIGIO: the descriptor that is ready. */
  readonly fd: number;
  /** SIGIO: the POLL… bits that it is ready for. */
  readonly band: number;
  /** Signals of POSIX timers: how many expirations were not reported on their own. */
  readonly overrun: number;
  /** SIGCHLD: the exit status, or the signal that ended the child. */
  readonly status: number;
  /** The value that was given to sigqueue(3). */
  readonly int: number;
}

/**
 * `signalfd(fd, mask, flags)`: opens a descriptor that is readable while a signal of `mask` waits for
 * the thread that asks, or for the whole process; read(2) takes signals, {@link signalfdSiginfo}
 * decodes them. Does not block. A signal waits only where it is blocked: {@link pthreadSigmask}, and
 * docs/signals.md for what that means in Node.js.
 *
 * @param fd - -1, or a signalfd that is to take the signals of `mask` from now on
 * @param mask - a `SigSet`; SIGKILL and SIGSTOP in it mean nothing
 * @param flags - SFD_CLOEXEC, SFD_NONBLOCK
 * @returns the new descriptor, or `fd`
 * @throws SystemError EBADF: `fd` is not open. EINVAL: it is no signalfd; unknown flag. EMFILE, ENFILE
 * @see https://man7.org/linux/man-pages/man2/signalfd.2.html
 */
export function signalfd(fd: number, mask: SignalMask, flags = 0): number {
  return check(
    native.signalfd(fd, checkObject(mask, "mask", "a SigSet").bytes, flags),
    "signalfd",
    fd === -1 ? undefined : fd,
  );
}

/**
 * Decodes the signals that read(2) returned from a signalfd.
 *
 * @param bytes - what was read, from its start to its end
 * @throws TypeError: no Uint8Array
 */
export function signalfdSiginfo(bytes: Uint8Array): SignalInfo[] {
  const count = Math.floor(checkBytes(bytes, "bytes").length / SIGNALFD_SIGINFO_SIZE);
  return Array.from({ length: count }, (_, index) => decode(bytes, index * SIGNALFD_SIGINFO_SIZE));
}

function decode(bytes: Uint8Array, at: number): SignalInfo {
  const { fields } = native.structs.signalfd_siginfo;
  return {
    signo: readNumber(bytes, fields.signo, at),
    code: readNumber(bytes, fields.code, at),
    pid: readNumber(bytes, fields.pid, at),
    uid: readNumber(bytes, fields.uid, at),
    fd: readNumber(bytes, fields.fd, at),
    band: readNumber(bytes, fields.band, at),
    overrun: readNumber(bytes, fields.overrun, at),
    status: readNumber(bytes, fields.status, at),
    int: readNumber(bytes, fields.int, at),
  };
}
