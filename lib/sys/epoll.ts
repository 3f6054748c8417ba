import { readFileSync } from "node:fs";
import { bytesOf, checkInteger, checkObject, outOfRange } from "../arguments.ts";
import { check } from "../errors.ts";
import { LITTLE_ENDIAN } from "../memory/byte_order.ts";
import { readNumber, writeField } from "../memory/fields.ts";
import { type Timespec, limitOf } from "../memory/timespec.ts";
import type { Constant } from "../native/constants.ts";
import { type SignalMask, native, requireLinux } from "../native/native.ts";

// prettier-ignore
export const {
  EPOLL_CLOEXEC, EPOLL_CTL_ADD, EPOLL_CTL_MOD, EPOLL_CTL_DEL, EPOLLIN, EPOLLPRI, EPOLLOUT,
  EPOLLRDNORM, EPOLLRDBAND, EPOLLWRNORM, EPOLLWRBAND, EPOLLMSG, EPOLLERR, EPOLLHUP, EPOLLRDHUP,
  EPOLLEXCLUSIVE, EPOLLWAKEUP, EPOLLONESHOT, EPOLLET,
} = native;

const WORDS_PER_EVENT = native.sizeof_epoll_event / Int32Array.BYTES_PER_ELEMENT;
// EP_MAX_EVENTS of the kernel: epoll_wait refuses more with EINVAL.
const MAX_EVENTS = Math.floor((2 ** 31 - 1) / native.sizeof_epoll_event);
const DATA_WORD = native.offsetof_epoll_event_data / Int32Array.BYTES_PER_ELEMENT;
const LOW_WORD = DATA_WORD + (LITTLE_ENDIAN ? 0 : 1);
const HIGH_WORD = DATA_WORD + (LITTLE_ENDIAN ? 1 : 0);

/**
 * `struct epoll_event[]` in the kernel's own layout: {@link epollWait} fills it, and its entries
 * are read in place. The 64-bit `data` is split into two 32-bit halves, as in {@link epollCtl}.
 */
export class EpollEvents {
  /** The structures themselves. */
  readonly words: Int32Array;
  /** The same memory. The calls get this, because Node-API finds out faster that an array is one of bytes. */
  readonly bytes: Uint8Array;
  /** The maximum number of events. */
  readonly capacity: number;

  constructor(capacity: number) {
    requireLinux();
    this.capacity = checkInteger(capacity, "capacity", 1, MAX_EVENTS);
    this.words = new Int32Array(capacity * WORDS_PER_EVENT);
    this.bytes = new Uint8Array(this.words.buffer);
  }

  /** The EPOLL… bits of entry `index`. */
  events(index: number): number {
    return this.#word(index, 0);
  }

  /** The lower half of the data of entry `index`; by default the descriptor. */
  dataLow(index: number): number {
    return this.#word(index, LOW_WORD);
  }

  /** The upper half of the data of entry `index`. */
  dataHigh(index: number): number {
    return this.#word(index, HIGH_WORD);
  }

  /** The whole 64 bits of the data of entry `index`. */
  data(index: number): bigint {
    const high = BigInt.asUintN(32, BigInt(this.dataHigh(index)));
    return (high << 32n) | BigInt.asUintN(32, BigInt(this.dataLow(index)));
  }

  #word(index: number, offset: number): number {
    const word = this.words[index * WORDS_PER_EVENT + offset];
    // A fractional index could hit another word of the same structure.
    if (word === undefined || (index | 0) !== index) throw this.#outside(index);
    return word;
  }

  #outside(index: number): RangeError {
    return outOfRange("index", `an integer >= 0 and < ${String(this.capacity)}`, index);
  }
}

/**
 * `epoll_create(size)`: opens a new epoll instance, as {@link epollCreate1} without flags does: it is not
 * close-on-exec. Does not block.
 *
 * @param size - a hint that Linux has ignored since 2.6.8
 * @throws SystemError EINVAL: `size` is not positive. EMFILE, ENFILE: no descriptor is free
 * @see https://man7.org/linux/man-pages/man2/epoll_create.2.html
 */
export function epollCreate(size: number): number {
  return check(native.epoll_create(size), "epoll_create");
}

/**
 * `epoll_create1(flags)`: opens a new epoll instance and returns its descriptor. Does not block.
 *
 * @param flags - 0 or EPOLL_CLOEXEC
 * @throws SystemError EINVAL: unknown flag. EMFILE, ENFILE: no descriptor is free
 * @see https://man7.org/linux/man-pages/man2/epoll_create.2.html
 */
export function epollCreate1(flags: Constant<"EPOLL"> = 0): number {
  return check(native.epoll_create1(flags), "epoll_create1");
}

/**
 * `epoll_ctl(epfd, op, fd, event)`: adds, changes or removes a watched descriptor. Does not block.
 *
 * @param op - EPOLL_CTL_ADD, EPOLL_CTL_MOD or EPOLL_CTL_DEL
 * @param events - EPOLL… bits; ignored by EPOLL_CTL_DEL
 * @param dataLow - lower 32 bits of the data that a wait returns with the event
 * @param dataHigh - upper 32 bits of that data
 * @throws SystemError EEXIST: ADD, but `fd` is already watched. ENOENT: MOD or DEL, but it is not.
 * EPERM: `fd` is a regular file or a directory. EBADF, EINVAL, ELOOP, ENOMEM, ENOSPC
 * @see https://man7.org/linux/man-pages/man2/epoll_ctl.2.html
 */
export function epollCtl(
  epfd: number,
  op: Constant<"EPOLL_CTL">,
  fd: number,
  events: Constant<"EPOLL"> = 0,
  dataLow = fd,
  dataHigh = 0,
): void {
  check(native.epoll_ctl(epfd, op, fd, events, dataLow, dataHigh), "epoll_ctl", fd);
}

/**
 * `epoll_wait(epfd, events, maxevents, timeout)`: waits until a watched descriptor is ready.
 * Blocks the JavaScript thread for up to `timeoutMs`.
 *
 * @param events - filled from the start; its capacity is `maxevents`
 * @param timeoutMs - whole milliseconds; 0 returns immediately, -1 waits without limit
 * @returns the number of events written; 0 when the timeout expired
 * @throws SystemError EBADF: `epfd` is not open. EINVAL: not an epoll instance. EINTR: a signal arrived
 * @see https://man7.org/linux/man-pages/man2/epoll_wait.2.html
 */
export function epollWait(epfd: number, events: EpollEvents, timeoutMs: number): number {
  return check(
    native.epoll_wait(epfd, checkObject(events, "events", "an EpollEvents").bytes, timeoutMs),
    "epoll_wait",
    epfd,
  );
}

/**
 * `epoll_pwait(epfd, events, maxevents, timeout, sigmask)`: as {@link epollWait}, with a signal mask.
 * Blocks the JavaScript thread for up to `timeoutMs`.
 *
 * @param sigmask - a `SigSet`: the signals that are blocked during the call, and only then
 * @returns the number of events written; 0 when the timeout expired
 * @throws SystemError as {@link epollWait}
 * @see https://man7.org/linux/man-pages/man2/epoll_wait.2.html
 */
export function epollPwait(
  epfd: number,
  events: EpollEvents,
  timeoutMs: number,
  sigmask: SignalMask | null,
): number {
  const result = native.epoll_pwait(
    epfd,
    checkObject(events, "events", "an EpollEvents").bytes,
    timeoutMs,
    bytesOf(sigmask, "sigmask", "a SigSet or null"),
  );
  return check(result, "epoll_pwait", epfd);
}

/**
 * `epoll_pwait2(epfd, events, maxevents, timeout, sigmask)`: as {@link epollPwait}, with fractions of a
 * millisecond. Blocks the JavaScript thread for up to `timeoutMs`.
 *
 * @param timeoutMs - milliseconds, rounded up to a nanosecond; negative or Infinity: no limit. A {@link Timespec}
 * is passed on as it is; this call does not write to it
 * @param sigmask - a `SigSet`: the signals that are blocked during the call, and only then
 * @returns the number of events written; 0 when the timeout expired
 * @throws SystemError as {@link epollWait}, and ENOSYS before Linux 5.11. EINVAL: a Timespec that is negative or
 * not normalized
 * @see https://man7.org/linux/man-pages/man2/epoll_wait.2.html
 */
export function epollPwait2(
  epfd: number,
  events: EpollEvents,
  timeoutMs: number | Timespec,
  sigmask: SignalMask | null = null,
): number {
  const result = native.epoll_pwait2(
    epfd,
    checkObject(events, "events", "an EpollEvents").bytes,
    limitOf(timeoutMs),
    bytesOf(sigmask, "sigmask", "a SigSet or null"),
  );
  return check(result, "epoll_pwait2", epfd);
}

/** `struct epoll_params`: how an epoll instance polls network devices instead of sleeping. */
export interface EpollParams {
  /** The longest time to poll, in microseconds; 0 turns busy polling off. */
  readonly busyPollUs: number;
  /** The maximum number of packets per poll; more than 64 requires CAP_NET_ADMIN. */
  readonly busyPollBudget: number;
  /** Whether interrupts are deferred while it polls. */
  readonly preferBusyPoll: boolean;
}

const EPOLL_PARAMS = native.structs.epoll_params;

/**
 * `ioctl(epfd, EPIOCGPARAMS, params)`: returns the busy-poll parameters of an epoll instance. Does
 * not block.
 *
 * @throws SystemError EBADF. ENOTTY: not an epoll instance, or before Linux 6.9
 * @see https://man7.org/linux/man-pages/man2/ioctl_eventpoll.2.html
 */
export function epollGetParams(epfd: number): EpollParams {
  const params = new Uint8Array(EPOLL_PARAMS.sizeof);
  check(native.epoll_get_params(epfd, params), "ioctl", epfd);
  const { busy_poll_usecs, busy_poll_budget, prefer_busy_poll } = EPOLL_PARAMS.fields;
  return {
    busyPollUs: readNumber(params, busy_poll_usecs),
    busyPollBudget: readNumber(params, busy_poll_budget),
    preferBusyPoll: readNumber(params, prefer_busy_poll) !== 0,
  };
}

/**
 * `ioctl(epfd, EPIOCSPARAMS, params)`: sets the busy-poll parameters of an epoll instance. Does not
 * block.
 *
 * @throws SystemError EBADF. EINVAL: a value is too large. ENOTTY: not an epoll instance, or before
 * Linux 6.9. EPERM
 * @see https://man7.org/linux/man-pages/man2/ioctl_eventpoll.2.html
 */
export function epollSetParams(epfd: number, params: EpollParams): void {
  const { busyPollUs, busyPollBudget, preferBusyPoll } = checkObject(params, "params");
  const { busy_poll_usecs, busy_poll_budget, prefer_busy_poll } = EPOLL_PARAMS.fields;
  const bytes = new Uint8Array(EPOLL_PARAMS.sizeof);
  writeField(bytes, busy_poll_usecs, busyPollUs, "busyPollUs");
  writeField(bytes, busy_poll_budget, busyPollBudget, "busyPollBudget");
  writeField(bytes, prefer_busy_poll, preferBusyPoll ? 1 : 0, "preferBusyPoll");
  check(native.epoll_set_params(epfd, bytes), "ioctl", epfd);
}

/**
 * The number of descriptors that all epoll instances of one user may watch together. Beyond it,
 * epoll_ctl(2) fails with ENOSPC. Reads /proc, and does not block.
 *
 * @throws Error of `node:fs`: /proc is not mounted
 * @see https://man7.org/linux/man-pages/man7/epoll.7.html
 */
export function maxUserWatches(): number {
  return Number(readFileSync("/proc/sys/fs/epoll/max_user_watches", "latin1"));
}
