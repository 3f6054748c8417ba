import { checkBytes, checkObject } from "../arguments.ts";
import { check } from "../errors.ts";
import { readNumber } from "../memory/fields.ts";
import type { Constant } from "../native/constants.ts";
import { type SignalMask, native } from "../native/native.ts";

// prettier-ignore
export const {
  SFD_CLOEXEC, SFD_NONBLOCK,
} = native;

/** The bytes that read(2) returns for one signal (`struct signalfd_siginfo`). */
export const SIGNALFD_SIGINFO_SIZE: number = native.structs.signalfd_siginfo.sizeof;

/** One signal that was read from a signalfd: the most useful fields of `struct signalfd_siginfo`. */
export interface SignalInfo {
  /** The number of the signal. */
  readonly signo: number;
  /** The cause: SI_…; for SIGCHLD and SIGIO, a code of that signal. */
  readonly code: number;
  /** The process that sent it, or the child that changed state. */
  readonly pid: number;
  /** The user id of the sender. */
  readonly uid: number;
  /** SIGIO: the descriptor that is ready. */
  readonly fd: number;
  /** SIGIO: the POLL… bits that it is ready for. */
  readonly band: number;
  /** Signals of POSIX timers: the expirations that got no signal of their own. */
  readonly overrun: number;
  /** SIGCHLD: the exit status, or the signal that ended the child. */
  readonly status: number;
  /** The value passed to sigqueue(3). */
  readonly int: number;
}

/**
 * `signalfd(fd, mask, flags)`: opens a descriptor that is readable while a signal of `mask` is pending
 * for the calling thread or for the whole process. read(2) takes the signals, {@link signalfdSiginfo}
 * decodes them. Does not block. A signal stays pending only if it is blocked: see
 * {@link pthreadSigmask}, and docs/signals.md for what that means in Node.js.
 *
 * @param fd - -1 to open a new signalfd, or an existing signalfd whose mask is replaced
 * @param mask - a `SigSet`; SIGKILL and SIGSTOP in it are ignored
 * @param flags - SFD_CLOEXEC, SFD_NONBLOCK
 * @returns the new descriptor, or `fd`
 * @throws SystemError EBADF: `fd` is not open. EINVAL: not a signalfd, or unknown flag. EMFILE, ENFILE
 * @see https://man7.org/linux/man-pages/man2/signalfd.2.html
 */
export function signalfd(fd: number, mask: SignalMask, flags: Constant<"SFD"> = 0): number {
  return check(
    native.signalfd(fd, checkObject(mask, "mask", "a SigSet").bytes, flags),
    "signalfd",
    fd === -1 ? undefined : fd,
  );
}

/**
 * Decodes the signals that read(2) returned from a signalfd.
 *
 * @param bytes - all the bytes that read(2) returned, and no others
 * @throws TypeError: `bytes` is not a Uint8Array
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
