import { checkOptions } from "../arguments.ts";
import * as sys from "../sys/index.ts";
import { Descriptor } from "./descriptor.ts";
import { whereFree } from "./forgotten.ts";

/** How a {@link TimerFd} is opened. */
export interface TimerFdOptions {
  /** CLOCK_… that it counts on. Default: CLOCK_MONOTONIC. */
  readonly clock?: number;
  /** Whether {@link TimerFd.take} waits for an expiration. Default: `false`, it answers `null`. */
  readonly blocking?: boolean;
}

/** When a {@link TimerFd} expires. */
export interface TimerFdSetting {
  /** When it expires, in nanoseconds; 0n stops it. */
  readonly valueNs: bigint;
  /** How long after that it expires again, in nanoseconds. Default: 0n, never. */
  readonly intervalNs?: bigint;
  /** Whether `valueNs` is a time on the clock. Default: `false`, it counts from now. */
  readonly absolute?: boolean;
  /**
   * Whether {@link TimerFd.take} throws ECANCELED once somebody has set the clock. Only with
   * `absolute`, on CLOCK_REALTIME. Default: `false`.
   */
  readonly cancelOnSet?: boolean;
}

/** A timer that can be waited on: timerfd_create(2). READABLE once it has expired. */
export class TimerFd extends Descriptor {
  /** @throws SystemError EINVAL: unknown clock. EPERM: an alarm clock, and no right to it. EMFILE */
  constructor({ clock = sys.CLOCK_MONOTONIC, blocking = false }: TimerFdOptions = {}) {
    const flags = sys.TFD_CLOEXEC | (blocking ? 0 : sys.TFD_NONBLOCK);
    super(whereFree(() => sys.timerfdCreate(clock, flags)));
  }

  /**
   * Starts the timer anew, and forgets expirations that nobody has taken.
   *
   * @returns how it was set before
   * @throws TypeError: a time that is no bigint. SystemError EINVAL: a negative time. ECANCELED: the clock was set since `cancelOnSet`; the
   * timer is set nevertheless
   */
  set(setting: TimerFdSetting): sys.TimerSetting {
    const { valueNs, intervalNs = 0n, ...how } = checkOptions(setting, "setting");
    const absolute = how.absolute ? sys.TFD_TIMER_ABSTIME : 0;
    const cancel = how.cancelOnSet ? sys.TFD_TIMER_CANCEL_ON_SET : 0;
    return sys.timerfdSettime(this.fd, absolute | cancel, { valueNs, intervalNs });
  }

  /** Stops the timer. */
  stop(): void {
    this.set({ valueNs: 0n });
  }

  /** How it is set; `valueNs` is the time that is left. */
  get setting(): sys.TimerSetting {
    return sys.timerfdGettime(this.fd);
  }

  /**
   * How often it has expired since it was set or this was asked; `null`: not yet.
   *
   * @throws SystemError ECANCELED: the clock was set, see {@link TimerFdSetting.cancelOnSet}
   */
  take(): bigint | null {
    const count = new BigUint64Array(1);
    return sys.read(this.fd, count) === null ? null : (count[0] ?? null);
  }
}
