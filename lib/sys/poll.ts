import { bytesOf, checkInteger, checkObject, outOfRange } from "../arguments.ts";
import { check } from "../errors.ts";
import { type Timespec, limitOf } from "../memory/timespec.ts";
import type { Constant } from "../native/constants.ts";
import { type SignalMask, native, requireLinux } from "../native/native.ts";

// prettier-ignore
export const {
  POLLIN, POLLPRI, POLLOUT, POLLERR, POLLHUP, POLLNVAL, POLLRDNORM, POLLRDBAND, POLLWRNORM,
  POLLWRBAND, POLLRDHUP, POLLMSG, POLLREMOVE,
} = native;

const INTS_PER_POLLFD = native.sizeof_pollfd / Int32Array.BYTES_PER_ELEMENT;
const SHORTS_PER_POLLFD = native.sizeof_pollfd / Int16Array.BYTES_PER_ELEMENT;
const EVENTS_SHORT = native.offsetof_pollfd_events / Int16Array.BYTES_PER_ELEMENT;
const REVENTS_SHORT = native.offsetof_pollfd_revents / Int16Array.BYTES_PER_ELEMENT;

/**
 * `struct pollfd[]` in the kernel's own layout: filled here, passed to {@link poll} without a copy, and
 * read in place afterwards. In a new one all slots are free (`fd` is -1).
 */
export class PollFds {
  /** The structures themselves. */
  readonly bytes: Uint8Array;
  /** The number of slots. */
  readonly capacity: number;
  readonly #ints: Int32Array;
  readonly #shorts: Int16Array;
  // Slots that remove() has freed.
  readonly #free: number[] = [];
  readonly #added: Uint8Array;
  #nfds = 0;

  constructor(capacity: number) {
    requireLinux();
    this.capacity = checkInteger(capacity, "capacity", 1, 2 ** 27);
    this.bytes = new Uint8Array(capacity * native.sizeof_pollfd);
    this.#ints = new Int32Array(this.bytes.buffer);
    this.#shorts = new Int16Array(this.bytes.buffer);
    this.#added = new Uint8Array(capacity);
    for (let slot = 0; slot < capacity; slot++) this.#ints[slot * INTS_PER_POLLFD] = -1;
  }

  /**
   * Writes one slot and clears its result.
   *
   * @param fd - the descriptor; the kernel skips the slot if it is negative
   * @param events - POLL… bits to wait for; POLLERR, POLLHUP and POLLNVAL are always reported
   */
  set(slot: number, fd: number, events: Constant<"POLL">): void {
    this.#check(slot);
    this.#ints[slot * INTS_PER_POLLFD] = checkInteger(fd, "fd", -(2 ** 31), 2 ** 31 - 1);
    this.#shorts[slot * SHORTS_PER_POLLFD + EVENTS_SHORT] = checkInteger(
      events,
      "events",
      -(2 ** 15),
      2 ** 16 - 1,
    );
    this.#shorts[slot * SHORTS_PER_POLLFD + REVENTS_SHORT] = 0;
  }

  /** The `nfds` for {@link poll} that covers every slot in use by {@link add}. */
  get nfds(): number {
    return this.#nfds;
  }

  /**
   * Fills a free slot, in constant time. The slot number stays valid until {@link remove}.
   *
   * @returns the number of the slot
   * @throws RangeError: all slots are in use
   */
  add(fd: number, events: Constant<"POLL">): number {
    const slot = this.#free.at(-1) ?? this.#nfds;
    this.set(slot, fd, events);
    if (this.#free.pop() === undefined) this.#nfds++;
    this.#added[slot] = 1;
    return slot;
  }

  /**
   * Frees a slot of {@link add}, in constant time; the kernel then skips it.
   *
   * @throws RangeError: {@link add} did not return this slot
   */
  remove(slot: number): void {
    if (this.#added[slot] !== 1) throw outOfRange("slot", "a slot that add() returned", slot);
    this.set(slot, -1, 0);
    this.#added[slot] = 0;
    this.#free.push(slot);
  }

  /**
   * Makes the kernel skip a slot, or check it again. A skipped slot keeps its descriptor.
   *
   * @throws RangeError: there is no such slot, or it is free
   */
  park(slot: number, parked: boolean): void {
    const fd = this.fd(slot);
    // A parked slot with descriptor 0 looks like a free one: both hold -1.
    if (fd === -1 && this.#added[slot] !== 1) throw outOfRange("slot", "a slot in use", slot);
    if (fd < 0 !== parked) this.set(slot, ~fd, this.events(slot));
  }

  /** Copies one slot of `source`, which may be this array itself, to a slot of this one. */
  copy(slot: number, source: PollFds, from: number): void {
    checkObject(source, "source", "a PollFds");
    this.set(slot, source.fd(from), source.events(from));
  }

  // A fractional index would read the middle of a structure, so it is checked first. An index out of
  // range reads `undefined`, so it is checked afterwards.
  /** The descriptor of slot `slot`; -1 if the slot is free. */
  fd(slot: number): number {
    if ((slot | 0) !== slot) this.#check(slot);
    return this.#ints[slot * INTS_PER_POLLFD] ?? this.#check(slot);
  }

  /** The POLL… bits that the slot waits for. */
  events(slot: number): number {
    if ((slot | 0) !== slot) this.#check(slot);
    return this.#shorts[slot * SHORTS_PER_POLLFD + EVENTS_SHORT] ?? this.#check(slot);
  }

  /** The POLL… bits that the last {@link poll} reported; 0 if the slot was not ready. */
  revents(slot: number): number {
    if ((slot | 0) !== slot) this.#check(slot);
    return this.#shorts[slot * SHORTS_PER_POLLFD + REVENTS_SHORT] ?? this.#check(slot);
  }

  #check(slot: number): number {
    return checkInteger(slot, "slot", 0, this.capacity - 1);
  }
}

/**
 * `poll(fds, nfds, timeout)`: waits until one of the first `nfds` slots is ready.
 * Blocks the JavaScript thread for up to `timeoutMs`.
 *
 * @param timeoutMs - whole milliseconds; 0 returns immediately, negative (INFTIM) waits without limit
 * @returns the number of slots whose `revents` is not 0; 0 when the timeout expired
 * @throws SystemError EINTR: a signal arrived. EINVAL: `nfds` exceeds RLIMIT_NOFILE. ENOMEM
 * @see https://man7.org/linux/man-pages/man2/poll.2.html
 */
export function poll(fds: PollFds, nfds: number, timeoutMs: number): number {
  return check(native.poll(checkObject(fds, "fds", "a PollFds").bytes, nfds, timeoutMs), "poll");
}

/**
 * `ppoll(fds, nfds, tmo_p, sigmask)`: as {@link poll}, with fractions of a millisecond.
 * Blocks the JavaScript thread for up to `timeoutMs`.
 *
 * @param timeoutMs - milliseconds, rounded up to a nanosecond; negative or Infinity: no limit. A {@link Timespec}
 * is passed on as it is, and receives the time that was left, even if the call fails with EINTR
 * @param sigmask - a `SigSet`: the signals that are blocked during the call, and only then
 * @returns the number of slots whose `revents` is not 0; 0 when the timeout expired
 * @throws SystemError as {@link poll}. EINVAL: a Timespec that is negative or not normalized
 * @see https://man7.org/linux/man-pages/man2/poll.2.html
 */
export function ppoll(
  fds: PollFds,
  nfds: number,
  timeoutMs: number | Timespec,
  sigmask: SignalMask | null = null,
): number {
  const { bytes } = checkObject(fds, "fds", "a PollFds");
  return check(
    native.ppoll(bytes, nfds, limitOf(timeoutMs), bytesOf(sigmask, "sigmask", "a SigSet or null")),
    "ppoll",
  );
}
