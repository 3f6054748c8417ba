import { isSystemError } from "../errors.ts";
import * as sys from "../sys/index.ts";

const MS_PER_SECOND = 1000;

/** How TCP asks whether the peer is alive; times in seconds, as the kernel has them. */
export interface KeepAlive {
  readonly enabled: boolean;
  readonly delay: number;
  readonly interval: number | undefined;
  readonly count: number | undefined;
}

export const NO_KEEP_ALIVE: KeepAlive = {
  enabled: false,
  delay: 0,
  interval: undefined,
  count: undefined,
};

/** Whole seconds, as node:net has them. */
export function toSeconds(ms: number | undefined): number {
  return ms === undefined ? 0 : ~~(ms / MS_PER_SECOND);
}

/** Whether it makes a difference to the kernel. */
export function sameKeepAlive(one: KeepAlive, other: KeepAlive): boolean {
  if (one.enabled !== other.enabled) return false;
  const times = one.delay === other.delay && one.interval === other.interval;
  return !one.enabled || (times && one.count === other.count);
}

/** TCP_NODELAY. Does nothing on a socket that is not of TCP. */
export function setNoDelay(fd: number, enabled: boolean): void {
  attempt(() => {
    sys.setsockopt(fd, sys.IPPROTO_TCP, sys.TCP_NODELAY, enabled ? 1 : 0);
  });
}

/** SO_KEEPALIVE and its times. Does nothing on a socket that is not of TCP. */
export function setKeepAlive(fd: number, keepAlive: KeepAlive): void {
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
export function setTypeOfService(fd: number, value: number): void {
  const [level, option] = serviceOption(fd);
  sys.setsockopt(fd, level, option, value);
}

/** @throws SystemError */
export function getTypeOfService(fd: number): number {
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
