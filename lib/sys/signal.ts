import { constants } from "node:os";
import { checkInteger, checkIterable, invalidArgValue } from "../arguments.ts";
import { check } from "../errors.ts";
import { LITTLE_ENDIAN } from "../memory/byte_order.ts";
import { native, requireLinux } from "../native/native.ts";

export const NSIG: number = native.NSIG;
export const SIG_BLOCK: number = native.SIG_BLOCK;
export const SIG_SETMASK: number = native.SIG_SETMASK;
export const SIG_UNBLOCK: number = native.SIG_UNBLOCK;

const BITS = 8;

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

  /** @param signals - what is in; none by default (sigemptyset) */
  constructor(signals: Iterable<Signal> = []) {
    requireLinux();
    this.bytes = new Uint8Array(native.sizeof_sigset_t);
    for (const signal of checkIterable(signals, "signals")) this.add(signal);
  }

  /** A set that every signal is in: sigfillset. */
  static full(): SigSet {
    const set = new SigSet();
    set.bytes.fill(0xff);
    return set;
  }

  /** sigaddset(3). */
  add(signal: Signal): this {
    const [byte, bit] = place(signal);
    this.bytes[byte]! |= bit;
    return this;
  }

  /** sigdelset(3). */
  delete(signal: Signal): this {
    const [byte, bit] = place(signal);
    this.bytes[byte]! &= ~bit;
    return this;
  }

  /** sigismember(3). */
  has(signal: Signal): boolean {
    const [byte, bit] = place(signal);
    return (this.bytes[byte]! & bit) !== 0;
  }

  /** The signals that are in, in ascending order. */
  numbers(): number[] {
    return Array.from({ length: NSIG - 1 }, (_, index) => index + 1).filter((n) => this.has(n));
  }
}

function place(signal: Signal): [byte: number, bit: number] {
  const number = typeof signal === "string" ? constants.signals[signal] : signal;
  if (number === undefined) throw invalidArgValue("signal", "the name of a signal", signal);
  const index = checkInteger(number, "signal", 1, NSIG - 1) - 1;
  // The set is an array of longs; where those are big-endian, bytes run the other way in each.
  const byte = Math.floor(index / BITS) ^ (LITTLE_ENDIAN ? 0 : 7);
  return [byte, 1 << (index % BITS)];
}

/**
 * `pthread_sigmask(how, set, oldset)`: asks or changes which signals this thread does not take. Does
 * not block.
 *
 * @param how - SIG_BLOCK, SIG_UNBLOCK or SIG_SETMASK
 * @param set - `null` asks only
 * @returns what the mask was before
 * @throws SystemError EINVAL: unknown `how`
 * @see https://man7.org/linux/man-pages/man3/pthread_sigmask.3.html
 */
export function pthreadSigmask(how: number, set: SigSet | null): SigSet {
  const old = new SigSet();
  check(native.pthread_sigmask(how, set?.bytes ?? null, old.bytes), "pthread_sigmask");
  return old;
}
