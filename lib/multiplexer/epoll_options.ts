import { type OptionTable, aBoolean, anInteger, contradiction, readOptions } from "../arguments.ts";
import * as sys from "../sys/index.ts";
import type { Registration } from "./registration.ts";

/** How epoll reports a descriptor. Default: level-triggered. */
export interface EpollOptions {
  /** Reports once per change instead of for as long as it is ready (EPOLLET). */
  readonly edge?: boolean;
  /** Reports once, then nothing until `modify` (EPOLLONESHOT). */
  readonly oneShot?: boolean;
  /** Wakes only one or a few of the epolls that watch the same open file (EPOLLEXCLUSIVE). Not with `oneShot`. */
  readonly exclusive?: boolean;
}

/** What an `EpollMultiplexer` is made of, and how it reports descriptors by default. */
export interface EpollMultiplexerOptions extends EpollOptions {
  /**
   * An open epoll to take over: the multiplexer then closes it. It must not watch anything yet: entries that others have
   * made are refused (EEXIST), because their data says nothing here. Others who have the epoll open, such as a process
   * that it was inherited from, must leave it alone from then on. An entry that they add nevertheless is not reported:
   * when it becomes ready, the multiplexer moves to an epoll of its own, as for a stale registration, and closes this one;
   * their entries stay in theirs. Close-on-exec stays as it is. Default: opens one.
   */
  readonly fd?: number | undefined;
}

export const EPOLL_OPTIONS: OptionTable<EpollOptions> = {
  edge: aBoolean,
  oneShot: aBoolean,
  exclusive: aBoolean,
};

const MAX_INT = 2 ** 31 - 1;

const EPOLL_MULTIPLEXER_OPTIONS: OptionTable<EpollMultiplexerOptions> = {
  ...EPOLL_OPTIONS,
  fd: anInteger(0, MAX_INT),
};

/** The descriptor to take over, and the EPOLL… bits of the other options. */
export function readBoth(options: EpollMultiplexerOptions): {
  readonly fd: number | undefined;
  readonly flags: number;
} {
  const { fd, ...others } = readOptions(options, EPOLL_MULTIPLEXER_OPTIONS);
  return { fd, flags: toFlags(others) };
}

/** The EPOLL… bits of these options. */
export function toFlags(options: EpollOptions): number {
  const { edge, oneShot, exclusive } = readOptions(options, EPOLL_OPTIONS);
  if (oneShot && exclusive) {
    throw contradiction("oneShot", "exclusive", "the kernel does not modify exclusive entries");
  }
  return (
    (edge ? sys.EPOLLET : 0) |
    (oneShot ? sys.EPOLLONESHOT : 0) |
    (exclusive ? sys.EPOLLEXCLUSIVE : 0)
  );
}

/** Disarms a one-shot registration. @returns whether to report it: the kernel reports errors in any case */
export function disarm(registration: Registration<unknown>): boolean {
  const { armed, flags } = registration;
  if (flags & sys.EPOLLONESHOT) registration.armed = false;
  return armed;
}
