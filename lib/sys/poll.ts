import { checkInteger, checkObject, outOfRange } from "../arguments.ts";
import { check } from "../errors.ts";
import { type SignalMask, native, requireLinux } from "../native/native.ts";

export const POLLIN: number = native.POLLIN;
export const POLLPRI: number = native.POLLPRI;
export const POLLOUT: number = native.POLLOUT;
export const POLLERR: number = native.POLLERR;
export const POLLHUP: number = native.POLLHUP;
export const POLLNVAL: number = native.POLLNVAL;
export const POLLRDNORM: number = native.POLLRDNORM;
export const POLLRDBAND: number = native.POLLRDBAND;
export const POLLWRNORM: number = native.POLLWRNORM;
export const POLLWRBAND: number = native.POLLWRBAND;
export const POLLRDHUP: number = native.POLLRDHUP;

const INTS_PER_POLLFD = native.sizeof_pollfd / Int32Array.BYTES_PER_ELEMENT;
const SHORTS_PER_POLLFD = native.sizeof_pollfd / Int16Array.BYTES_PER_ELEMENT;
const EVENTS_SHORT = native.offsetof_pollfd_events / Int16Array.BYTES_PER_ELEMENT;
const REVENTS_SHORT = native.offsetof_pollfd_revents / Int16Array.BYTES_PER_ELEMENT;

/**
 * `struct pollfd[]` in the kernel's own layout: filled here, handed to {@link poll} as it is, and
 * read in place afterwards. A new one is free from slot 0 to its end (`fd` is -1).
 */
export class PollFds {
  /** The structures themselves. */
  readonly bytes: Uint8Array;
  /** How many slots there are. */
  readonly capacity: number;
  readonly #ints: Int32Array;
  readonly #shorts: Int16Array;
  // Slots that add() gave out and remove() took back.
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
   * @param fd - the descriptor; a negative one makes the kernel pass the slot over
   * @param events - POLL… bits to wait for; POLLERR, POLLHUP and POLLNVAL are always reported
   */
  set(slot: number, fd: number, events: number): void {
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

  /** How many slots {@link poll} has to look at for all that {@link add} gave out. */
  get nfds(): number {
    return this.#nfds;
  }

  /**
   * Takes a free slot, in constant time; it stays the same until {@link remove}.
   *
   * @returns its number
   * @throws RangeError: all slots are taken
   */
  add(fd: number, events: number): number {
    const slot = this.#free.at(-1) ?? this.#nfds;
    this.set(slot, fd, events);
    if (this.#free.pop() === undefined) this.#nfds++;
    this.#added[slot] = 1;
    return slot;
  }

  /** Gives a slot of {@link add} back, in constant time; the kernel passes it over. */
  remove(slot: number): void {
    if (this.#added[slot] !== 1) throw outOfRange("slot", "one that add() gave out", slot);
    this.set(slot, -1, 0);
    this.#added[slot] = 0;
    this.#free.push(slot);
  }

  /**
   * Makes the kernel pass a slot over, which keeps its descriptor, or look at it again.
   *
   * @throws RangeError: there is no such slot, or it is free
   */
  park(slot: number, parked: boolean): void {
    const fd = this.fd(slot);
    // Descriptor 0 parked looks like a free slot.
    if (fd === -1 && this.#added[slot] !== 1) throw outOfRange("slot", "one in use", slot);
    if (fd < 0 !== parked) this.set(slot, ~fd, this.events(slot));
  }

  /** Copies one slot of `source`, which may be this array itself, to a slot of this one. */
  copy(slot: number, source: PollFds, from: number): void {
    checkObject(source, "source", "a PollFds");
    this.set(slot, source.fd(from), source.events(from));
  }

  // Half a slot further is the middle of a structure: what is no integer is checked before, and what
  // is out of range after, when there was nothing.
  /** The descriptor in entry `index`; -1 where it is free. */
  fd(slot: number): number {
    if ((slot | 0) !== slot) this.#check(slot);
    return this.#ints[slot * INTS_PER_POLLFD] ?? this.#check(slot);
  }

  /** The POLL… bits that the slot waits for. */
  events(slot: number): number {
    if ((slot | 0) !== slot) this.#check(slot);
    return this.#shorts[slot * SHORTS_PER_POLLFD + EVENTS_SHORT] ?? this.#check(slot);
  }

  /** The POLL… bits that the last {@link poll} found; 0 when the slot was not ready. */
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
 * @param timeoutMs - whole milliseconds; 0 returns at once, negative (INFTIM) waits without limit
 * @returns in how many slots `revents` is not 0; 0 when the time passed
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
 * @param timeoutMs - milliseconds, rounded up to a nanosecond; negative or Infinity: without limit
 * @param sigmask - a `SigSet`: the signals that are blocked during the call, and only then
 * @returns in how many slots `revents` is not 0; 0 when the time passed
 * @throws SystemError as {@link poll}
 * @see https://man7.org/linux/man-pages/man2/poll.2.html
 */
export function ppoll(
  fds: PollFds,
  nfds: number,
  timeoutMs: number,
  sigmask: SignalMask | null = null,
): number {
  return check(
    native.ppoll(checkObject(fds, "fds", "a PollFds").bytes, nfds, timeoutMs, sigmask?.bytes),
    "ppoll",
  );
}
