import { constants } from "node:os";
import {
  bytesOf,
  checkInteger,
  checkIterable,
  checkObject,
  invalidArgValue,
} from "../arguments.ts";
import { check, checkNonBlocking } from "../errors.ts";
import { LITTLE_ENDIAN } from "../memory/byte_order.ts";
import { readNumber } from "../memory/fields.ts";
import { limitOf, type Timespec } from "../memory/timespec.ts";
import type { Constant } from "../native/constants.ts";
import { native, requireLinux, type SignalMask } from "../native/native.ts";

// prettier-ignore
export const {
  NSIG, SIG_BLOCK, SIG_SETMASK, SIG_UNBLOCK, POLL_ERR, POLL_HUP, POLL_IN, POLL_MSG, POLL_OUT,
  POLL_PRI, SIGABRT, SIGALRM, SIGBUS, SIGCHLD, SIGCONT, SIGFPE, SIGHUP, SIGILL, SIGINT, SIGIO,
  SIGKILL, SIGPIPE, SIGPOLL, SIGPROF, SIGPWR, SIGQUIT, SIGSEGV, SIGSTKFLT, SIGSTOP, SIGSYS,
  SIGTERM, SIGTRAP, SIGTSTP, SIGTTIN, SIGTTOU, SIGURG, SIGUSR1, SIGUSR2, SIGVTALRM, SIGWINCH,
  SIGXCPU, SIGXFSZ, SI_ASYNCIO, SI_ASYNCNL, SI_KERNEL, SI_MESGQ, SI_QUEUE, SI_SIGIO, SI_TIMER,
  SI_TKILL, SI_USER, SIGRTMIN, SIGRTMAX,
} = native;

const BITS_PER_BYTE = 8;

/** A signal by number or by name. */
export type Signal = number | NodeJS.Signals;

/**
 * A `sigset_t` in the C library's own layout, for the calls that take a signal mask.
 *
 * @see https://man7.org/linux/man-pages/man3/sigsetops.3.html
 */
export class SigSet {
  /** The bits themselves. */
  readonly bytes: Uint8Array;

  /**
   * @param signals - the members of the set. Default: none (sigemptyset)
   * @throws TypeError, RangeError: not a signal
   */
  constructor(signals: Iterable<Signal> = []) {
    requireLinux();
    this.bytes = new Uint8Array(native.sizeof_sigset_t);
    for (const signal of checkIterable(signals, "signals")) this.add(signal);
  }

  /** A set of all signals: sigfillset(3). */
  static full(): SigSet {
    const set = new SigSet();
    set.bytes.fill(0xff);
    return set;
  }

  /** Adds a signal: sigaddset(3). @throws TypeError, RangeError: not a signal */
  add(signal: Signal): this {
    const [byte, bit] = place(signal);
    this.bytes[byte]! |= bit;
    return this;
  }

  /** Removes a signal: sigdelset(3). @throws TypeError, RangeError: not a signal */
  delete(signal: Signal): this {
    const [byte, bit] = place(signal);
    this.bytes[byte]! &= ~bit;
    return this;
  }

  /** Whether the set contains a signal: sigismember(3). @throws TypeError, RangeError: not a signal */
  has(signal: Signal): boolean {
    const [byte, bit] = place(signal);
    return (this.bytes[byte]! & bit) !== 0;
  }

  /** The numbers of the signals in the set, in ascending order. */
  numbers(): number[] {
    return Array.from({ length: NSIG - 1 }, (_, index) => index + 1).filter((n) => this.has(n));
  }
}

function place(signal: Signal): [byte: number, bit: number] {
  const number = typeof signal === "string" ? constants.signals[signal] : signal;
  if (number === undefined) throw invalidArgValue("signal", "the name of a signal", signal);
  const index = checkInteger(number, "signal", 1, NSIG - 1) - 1;
  // The set is an array of longs; on a big-endian machine the bytes of each long are reversed.
  const byte = Math.floor(index / BITS_PER_BYTE) ^ (LITTLE_ENDIAN ? 0 : 7);
  return [byte, 1 << (index % BITS_PER_BYTE)];
}

/**
 * `pthread_sigmask(how, set, oldset)`: reads or changes the signal mask: the signals that are blocked
 * in this thread. Does not block.
 *
 * @param how - SIG_BLOCK, SIG_UNBLOCK or SIG_SETMASK
 * @param set - the signals; `null` only reads the mask
 * @returns the mask before the call
 * @throws SystemError EINVAL: unknown `how`
 * @see https://man7.org/linux/man-pages/man3/pthread_sigmask.3.html
 */
export function pthreadSigmask(how: Constant<"SIG_">, set: SigSet | null): SigSet {
  const old = new SigSet();
  check(
    native.pthread_sigmask(how, bytesOf(set, "set", "a SigSet or null") ?? null, old.bytes),
    "pthread_sigmask",
  );
  return old;
}

/**
 * `sigpending(set)`: the signals that are blocked in this thread and wait for it or for the whole process. Does not
 * block.
 *
 * @see https://man7.org/linux/man-pages/man2/sigpending.2.html
 */
export function sigpending(): SigSet {
  const pending = new SigSet();
  check(native.sigpending(pending.bytes), "sigpending");
  return pending;
}

/**
 * One signal that {@link sigtimedwait} has taken: fields of `siginfo_t`. It is a union: a field says something only if
 * the cause has it.
 */
export interface TakenSignal {
  /** The number of the signal. */
  readonly signo: number;
  /**
   * The cause: SI_USER (kill; with glibc also tgkill), SI_TKILL (tgkill), SI_QUEUE (sigqueue), SI_KERNEL …; or a code
   * of that signal.
   */
  readonly code: number;
  /** The process that sent it, or the child that changed state. */
  readonly pid: number;
  /** The user id of the sender. */
  readonly uid: number;
  /** SI_QUEUE: the value that came with it. */
  readonly int: number;
  /** SIGCHLD: the exit status, or the signal that ended the child. */
  readonly status: number;
  /** SIGIO: the descriptor that is ready. */
  readonly fd: number;
  /** SIGIO: the POLL… bits that it is ready for. */
  readonly band: number;
  /** SI_TIMER: the expirations that got no signal of their own. */
  readonly overrun: number;
}

/**
 * `sigtimedwait(set, info, timeout)`: waits for one of these signals, and takes it: no handler runs. Blocks the
 * JavaScript thread, and `worker.terminate()` waits for it.
 *
 * Block the signals first ({@link pthreadSigmask}), in this thread, or their handlers and default actions come before.
 * A signal that is sent to the whole process goes to any thread that does not block it, and Node.js has several: what
 * is taken here for sure is what was sent to this thread ({@link tgkill}). A signal that `process.on()` listens to
 * has a handler of libuv, which does not see what is taken here. docs/signals.md tells more.
 *
 * @param set - a `SigSet`. SIGKILL, SIGSTOP, and the signals that the C library keeps for itself are ignored
 * @param timeoutMs - milliseconds, fractions count; 0 does not wait; negative or `Infinity`: without limit, as
 * sigwaitinfo(2). A {@link Timespec} is passed on as it is, and stays as it is
 * @returns `null`: the time passed
 * @throws SystemError EINTR: a handler of another signal ran. EINVAL: a Timespec that is negative or not normalized
 * @see https://man7.org/linux/man-pages/man2/sigtimedwait.2.html
 */
export function sigtimedwait(set: SignalMask, timeoutMs: number | Timespec): TakenSignal | null {
  const { sizeof, fields } = native.structs.siginfo_t;
  const info = new Uint8Array(sizeof);
  const bytes = bytesOf(checkObject(set, "set", "a SigSet"), "set", "a SigSet");
  const result = native.sigtimedwait(bytes!, info, limitOf(timeoutMs));
  if (checkNonBlocking(result, "sigtimedwait") === null) return null;
  return {
    signo: readNumber(info, fields.signo),
    code: readNumber(info, fields.code),
    pid: readNumber(info, fields.pid),
    uid: readNumber(info, fields.uid),
    int: readNumber(info, fields.int),
    status: readNumber(info, fields.status),
    fd: readNumber(info, fields.fd),
    band: readNumber(info, fields.band),
    overrun: readNumber(info, fields.overrun),
  };
}

/**
 * `tgkill(tgid, tid, sig)`: sends a signal to one thread. Does not block.
 *
 * @param tgid - the process; it makes sure that the thread is not one of another process which has the number now
 * @param tid - the thread, as gettid(2) says; that of a process's main thread is the process id
 * @param sig - the number of a signal; 0 sends none and only checks whether one could be sent
 * @throws SystemError ESRCH: no such thread. EPERM: not allowed. EAGAIN: the queue of real-time signals is full. EINVAL:
 * unknown signal, or one that the C library keeps for itself
 * @see https://man7.org/linux/man-pages/man2/tgkill.2.html
 */
export function tgkill(tgid: number, tid: number, sig: Constant<"SIG">): void {
  check(native.tgkill(tgid, tid, sig), "tgkill");
}

/**
 * `sigqueue(pid, sig, value)`: sends a signal with a value to a process. Real-time signals (SIGRTMIN and above) queue;
 * of each other signal only one waits at a time. Does not block.
 *
 * @param sig - the number of a signal; 0 sends none and only checks whether one could be sent
 * @param value - an int, which the receiver finds as `int`
 * @throws SystemError ESRCH: no such process. EPERM: not allowed. EAGAIN: the queue is full (RLIMIT_SIGPENDING). EINVAL:
 * unknown signal
 * @see https://man7.org/linux/man-pages/man3/sigqueue.3.html
 */
export function sigqueue(pid: number, sig: Constant<"SIG">, value: number): void {
  check(native.sigqueue(pid, sig, value), "sigqueue");
}
