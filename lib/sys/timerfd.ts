import { checkObject, invalidArgType, outOfRange } from "../arguments.ts";
import { check } from "../errors.ts";
import type { Constant } from "../native/constants.ts";
import { native } from "../native/native.ts";

// prettier-ignore
export const {
  CLOCK_BOOTTIME, CLOCK_BOOTTIME_ALARM, CLOCK_MONOTONIC, CLOCK_REALTIME, CLOCK_REALTIME_ALARM,
  TFD_CLOEXEC, TFD_NONBLOCK, TFD_TIMER_ABSTIME, TFD_TIMER_CANCEL_ON_SET,
} = native;

const NS_PER_SECOND = 1_000_000_000n;

/** When a timer expires: `struct itimerspec`, in nanoseconds. */
export interface TimerSetting {
  /** When it expires next, in nanoseconds; 0n stops the timer. */
  readonly valueNs: bigint;
  /** The period after that, in nanoseconds; 0n: it expires only once. */
  readonly intervalNs: bigint;
}

/**
 * `timerfd_create(clockid, flags)`: opens a timer that can be waited on. Does not block.
 *
 * @param clockid - CLOCK_…
 * @param flags - TFD_CLOEXEC, TFD_NONBLOCK
 * @throws SystemError EINVAL: unknown clock or flag. EMFILE, ENFILE: no descriptor is free. EPERM
 * @see https://man7.org/linux/man-pages/man2/timerfd_create.2.html
 */
export function timerfdCreate(clockid: Constant<"CLOCK">, flags: Constant<"TFD"> = 0): number {
  return check(native.timerfd_create(clockid, flags), "timerfd_create");
}

/**
 * `timerfd_settime(fd, flags, new_value, old_value)`: starts or stops a timer. Does not block. The
 * timer is readable once it has expired. read(2) then returns 8 bytes, the number of expirations.
 *
 * @param flags - TFD_TIMER_ABSTIME: `valueNs` is a time on the clock, not relative to now
 * @returns the previous setting
 * @throws SystemError EBADF. EINVAL: `fd` is not a timerfd, unknown flag, or a negative time. ECANCELED: the
 * clock was changed since TFD_TIMER_CANCEL_ON_SET. TypeError, RangeError: a time that is not a bigint,
 * or whose seconds do not fit in 64 bits
 * @see https://man7.org/linux/man-pages/man2/timerfd_create.2.html
 */
export function timerfdSettime(
  fd: number,
  flags: Constant<"TFD">,
  setting: TimerSetting,
): TimerSetting {
  const { intervalNs, valueNs } = checkObject(setting, "setting");
  const old = new BigInt64Array(4);
  checkTime(intervalNs, "intervalNs");
  checkTime(valueNs, "valueNs");
  const spec = BigInt64Array.of(
    intervalNs / NS_PER_SECOND,
    intervalNs % NS_PER_SECOND,
    valueNs / NS_PER_SECOND,
    valueNs % NS_PER_SECOND,
  );
  check(native.timerfd_settime(fd, flags, spec, old), "timerfd_settime", fd);
  return fromSpec(old);
}

/**
 * `timerfd_gettime(fd, curr_value)`: reads the setting of a timer. `valueNs` is the time left until it
 * expires. Does not block.
 *
 * @throws SystemError EBADF. EINVAL: `fd` is not a timerfd
 * @see https://man7.org/linux/man-pages/man2/timerfd_create.2.html
 */
export function timerfdGettime(fd: number): TimerSetting {
  const spec = new BigInt64Array(4);
  check(native.timerfd_gettime(fd, spec), "timerfd_gettime", fd);
  return fromSpec(spec);
}

/** Refuses what does not fit: it would be truncated silently. The kernel refuses negative times. */
function checkTime(value: unknown, name: string): void {
  if (typeof value !== "bigint") throw invalidArgType(name, "a bigint of nanoseconds", value);
  const seconds = value / NS_PER_SECOND;
  if (seconds !== BigInt.asIntN(64, seconds)) {
    throw outOfRange(name, "a time whose seconds fit in 64 bits", value);
  }
}

function fromSpec(spec: BigInt64Array): TimerSetting {
  const [intervalS = 0n, intervalNs = 0n, valueS = 0n, valueNs = 0n] = spec;
  return {
    valueNs: valueS * NS_PER_SECOND + valueNs,
    intervalNs: intervalS * NS_PER_SECOND + intervalNs,
  };
}
