import { type OptionTable, aBoolean, contradiction, readOptions } from "../arguments.ts";
import * as sys from "../sys/index.ts";

/** How epoll reports a descriptor. Default: level-triggered. */
export interface EpollOptions {
  /** Reports once per change instead of for as long as it is ready (EPOLLET). */
  readonly edge?: boolean;
  /** Reports once, then nothing until `modify` (EPOLLONESHOT). */
  readonly oneShot?: boolean;
  /** Wakes only one or a few of the epolls that watch the same open file (EPOLLEXCLUSIVE). Not with `oneShot`. */
  readonly exclusive?: boolean;
}

export const EPOLL_OPTIONS: OptionTable<EpollOptions> = {
  edge: aBoolean,
  oneShot: aBoolean,
  exclusive: aBoolean,
};

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
