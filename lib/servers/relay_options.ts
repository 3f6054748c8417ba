import { aTimeLimit, type Check, checkInteger, oneOf, type OptionTable } from "../arguments.ts";
import type { Target } from "../descriptors/descriptor.ts";
import { MULTIPLEXERS, type MultiplexerName } from "../multiplexer/create.ts";

/** Options of a `Relay`. */
export interface RelayOptions {
  /** Where the bytes for the peer are read. Default: 0, standard input. */
  readonly input?: Target;
  /** Where the peer's bytes are written. Another number than `input`. Default: 1, standard output. */
  readonly output?: Target;
  /** What it waits with. Default: "epoll". */
  readonly multiplexer?: MultiplexerName;
  /**
   * After the peer of a stream has ended: how long the input may be silent, in milliseconds, before the relay
   * ends as well. Datagrams: how long the peer may be silent after the input has ended. Default: 500.
   */
  readonly patienceMs?: number;
}

const aTarget: Check = (value, name) => {
  const fd: unknown = value instanceof Object && "fd" in value ? value.fd : value;
  checkInteger(fd, name, 0, 2 ** 31 - 1);
};
/** Checks them. */
export const RELAY_OPTIONS: OptionTable<RelayOptions> = {
  input: aTarget,
  output: aTarget,
  multiplexer: oneOf(...MULTIPLEXERS),
  patienceMs: aTimeLimit,
};
