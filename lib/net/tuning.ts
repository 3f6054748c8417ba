import { isSystemError } from "../errors.ts";
import * as sys from "../sys/index.ts";
import { errnoOf, failedCall } from "./errors.ts";

const MS_PER_SECOND = 1000;

/** How TCP asks whether the peer is alive; times in seconds, as the kernel has them. */
export interface KeepAlive {
  readonly enabled: boolean;
  readonly delay: number;
  readonly interval: number | undefined;
  readonly count: number | undefined;
}

const NO_KEEP_ALIVE: KeepAlive = {
  enabled: false,
  delay: 0,
  interval: undefined,
  count: undefined,
};

/** What is wanted of a socket of TCP, before it is open and after. */
export class Tuning {
  readonly #fd: () => number;
  #noDelay = false;
  #keepAlive = NO_KEEP_ALIVE;
  #typeOfService: number | undefined;

  /** @param fd - returns the descriptor; -1: not open */
  constructor(fd: () => number) {
    this.#fd = fd;
  }

  /** What {@link apply} sets once the socket is connected. */
  prefer(noDelay: boolean, keepAlive: KeepAlive, typeOfService: number | undefined): void {
    this.#noDelay = noDelay;
    this.#keepAlive = keepAlive;
    this.#typeOfService = typeOfService;
  }

  /** @throws Error of setsockopt(2) for the type of service */
  apply(): void {
    const fd = this.#fd();
    if (this.#noDelay) setNoDelay(fd, true);
    if (this.#keepAlive.enabled) setKeepAlive(fd, this.#keepAlive);
    if (this.#typeOfService !== undefined) this.#applyTypeOfService(fd, this.#typeOfService);
  }

  set noDelay(enabled: boolean) {
    const differs = enabled !== this.#noDelay;
    this.#noDelay = enabled;
    if (differs && this.#fd() !== -1) setNoDelay(this.#fd(), enabled);
  }

  set keepAlive(keepAlive: KeepAlive) {
    const differs = !sameKeepAlive(keepAlive, this.#keepAlive);
    this.#keepAlive = keepAlive;
    if (differs && this.#fd() !== -1) setKeepAlive(this.#fd(), keepAlive);
  }

  get typeOfService(): number {
    const fd = this.#fd();
    if (fd === -1) return this.#typeOfService ?? 0;
    try {
      return getTypeOfService(fd);
    } catch (error) {
      throw failedCall(errnoOf(error), "getTypeOfService");
    }
  }

  set typeOfService(value: number) {
    const fd = this.#fd();
    if (fd !== -1 && value !== this.#typeOfService) this.#applyTypeOfService(fd, value);
    this.#typeOfService = value;
  }

  #applyTypeOfService(fd: number, value: number): void {
    try {
      setTypeOfService(fd, value);
    } catch (error) {
      throw failedCall(errnoOf(error), "setTypeOfService");
    }
  }
}

/** Whole seconds, as node:net has them. */
export function toSeconds(ms: number | undefined): number {
  return ms === undefined ? 0 : ~~(ms / MS_PER_SECOND);
}

/** Whether it makes a difference to the kernel. */
function sameKeepAlive(one: KeepAlive, other: KeepAlive): boolean {
  if (one.enabled !== other.enabled) return false;
  const times = one.delay === other.delay && one.interval === other.interval;
  return !one.enabled || (times && one.count === other.count);
}

/** TCP_NODELAY. Does nothing on a socket that is not of TCP. */
function setNoDelay(fd: number, enabled: boolean): void {
  attempt(() => {
    sys.setsockopt(fd, sys.IPPROTO_TCP, sys.TCP_NODELAY, enabled ? 1 : 0);
  });
}

/** SO_KEEPALIVE and its times. Does nothing on a socket that is not of TCP. */
function setKeepAlive(fd: number, keepAlive: KeepAlive): void {
  const { enabled, delay, interval = 1, count = 10 } = keepAlive;
  attempt(() => {
    sys.setsockopt(fd, sys.SOL_SOCKET, sys.SO_KEEPALIVE, enabled ? 1 : 0);
    if (!enabled || delay < 1) return;
    sys.setsockopt(fd, sys.IPPROTO_TCP, sys.TCP_KEEPIDLE, delay);
    sys.setsockopt(fd, sys.IPPROTO_TCP, sys.TCP_KEEPINTVL, interval);
    sys.setsockopt(fd, sys.IPPROTO_TCP, sys.TCP_KEEPCNT, count);
  });
}

/** IP_TOS, or IPV6_TCLASS. @throws SystemError EINVAL, EPERM */
function setTypeOfService(fd: number, value: number): void {
  const [level, option] = serviceOption(fd);
  sys.setsockopt(fd, level, option, value);
}

/** @throws SystemError */
function getTypeOfService(fd: number): number {
  const [level, option] = serviceOption(fd);
  return sys.getsockopt(fd, level, option);
}

function serviceOption(fd: number): readonly [level: number, option: number] {
  const family = sys.getsockopt(fd, sys.SOL_SOCKET, sys.SO_DOMAIN);
  return family === sys.AF_INET6
    ? [sys.IPPROTO_IPV6, sys.IPV6_TCLASS]
    : [sys.IPPROTO_IP, sys.IP_TOS];
}

// node:net ignores what fails here: a unix socket has none of them.
function attempt(call: () => void): void {
  try {
    call();
  } catch (error) {
    if (!isSystemError(error)) throw error;
  }
}
