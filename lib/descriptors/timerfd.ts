import {
  aBoolean,
  anything,
  contradiction,
  type OptionTable,
  readOptions,
  someBits,
} from "../arguments.ts";
import * as sys from "../sys/index.ts";
import { readWaiting } from "./blocking.ts";
import { Descriptor } from "./descriptor.ts";
import { whereFree } from "./forgotten.ts";

/** How a {@link TimerFd} is opened. */
export interface TimerFdOptions {
  /** The clock, CLOCK_… Default: CLOCK_MONOTONIC. */
  readonly clock?: number;
  /** Whether {@link TimerFd.take} blocks until the timer expires. Default: `false`; it returns `null`. */
  readonly blocking?: boolean;
}

/** When a {@link TimerFd} expires. */
export interface TimerFdSetting {
  /** When it expires, in nanoseconds; 0n stops the timer. */
  readonly valueNs: bigint;
  /** The period after that, in nanoseconds. Default: 0n, it expires only once. */
  readonly intervalNs?: bigint;
  /** Whether `valueNs` is a time on the clock. Default: `false`; it is relative to now. */
  readonly absolute?: boolean;
  /**
   * Whether {@link TimerFd.take} throws ECANCELED after the clock was set. Only with
   * `absolute`, on CLOCK_REALTIME. Default: `false`.
   */
  readonly cancelOnSet?: boolean;
}

// Times are checked where they are used.
const OPTIONS: OptionTable<TimerFdOptions> = { clock: someBits, blocking: aBoolean };
const SETTING: OptionTable<TimerFdSetting> = {
  valueNs: anything,
  intervalNs: anything,
  absolute: aBoolean,
  cancelOnSet: aBoolean,
};

/**
 * A timer that can be waited on: timerfd_create(2). READABLE once it has expired.
 *
 * @see https://man7.org/linux/man-pages/man2/timerfd_create.2.html
 */
export class TimerFd extends Descriptor {
  /** @throws SystemError EINVAL: unknown clock. EPERM: an alarm clock requires CAP_WAKE_ALARM. EMFILE */
  constructor(options: TimerFdOptions = {}) {
    const { clock = sys.CLOCK_MONOTONIC, blocking = false } = readOptions(options, OPTIONS);
    const flags = sys.TFD_CLOEXEC | (blocking ? 0 : sys.TFD_NONBLOCK);
    super(
      whereFree(() => sys.timerfdCreate(clock, flags)),
      undefined,
      !blocking,
    );
  }

  /**
   * Starts or restarts the timer, and discards expirations that were not taken. Does not block.
   *
   * @returns the previous setting
   * @throws TypeError: a time that is not a bigint. SystemError EINVAL: a negative time. ECANCELED:
   * the clock was set since `cancelOnSet`; the timer is set nevertheless
   */
  set(setting: TimerFdSetting): sys.TimerSetting {
    const { valueNs, intervalNs = 0n, ...how } = readOptions(setting, SETTING, "setting");
    if (how.cancelOnSet && !how.absolute) {
      throw contradiction(
        "cancelOnSet",
        "absolute",
        "a relative time does not depend on the clock",
      );
    }
    const absolute = how.absolute ? sys.TFD_TIMER_ABSTIME : 0;
    const cancel = how.cancelOnSet ? sys.TFD_TIMER_CANCEL_ON_SET : 0;
    return sys.timerfdSettime(this.fd, absolute | cancel, { valueNs, intervalNs });
  }

  /** Stops the timer. Does not block. @throws SystemError EBADF: closed */
  stop(): void {
    this.set({ valueNs: 0n });
  }

  /** The current setting; `valueNs` is the time left until it expires, in nanoseconds. */
  get setting(): sys.TimerSetting {
    return sys.timerfdGettime(this.fd);
  }

  /**
   * Returns the number of expirations since the timer was set or this was last called. Blocks only if opened
   * with `blocking`.
   *
   * @returns `null` if it has not expired, and the call would block
   *
   * @throws SystemError EBADF: closed. EINTR: a signal arrived. ECANCELED: the clock was set, see
   * {@link TimerFdSetting.cancelOnSet}
   */
  take(): bigint | null {
    const count = new BigUint64Array(1);
    return readWaiting(this, count) === null ? null : (count[0] ?? null);
  }
}
