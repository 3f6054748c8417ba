import { constants } from "node:os";
import { bytesOf, checkInteger, checkIterable, invalidArgValue } from "../arguments.ts";
import { check } from "../errors.ts";
import { LITTLE_ENDIAN } from "../memory/byte_order.ts";
import type { Constant } from "../native/constants.ts";
import { native, requireLinux } from "../native/native.ts";

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
