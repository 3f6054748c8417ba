import {
  aBoolean,
  aFunction,
  anInteger,
  anything,
  aTimeLimit,
  type OptionTable,
} from "../arguments.ts";
import type { MultiplexerName } from "../multiplexer/create.ts";
import type { Multiplexer } from "../multiplexer/multiplexer.ts";
import type { Handler, ReactorOptions } from "../reactor/reactor.ts";

/** Options of an `EventManager`. */
export interface EventManagerOptions extends ReactorOptions {
  /** What it waits with; a multiplexer belongs to it from then on. Default: POLLUX_MULTIPLEXER, or epoll. */
  readonly multiplexer?: MultiplexerName | Multiplexer<Handler>;
  /**
   * With this many bytes unsent, `send` of a connection returns `false`, and nothing is received from its peer
   * until it has read. Default: 64 KiB, or `bufferLimit` if that is less.
   */
  readonly highWaterMark?: number;
  /**
   * The most bytes that a handler can leave in `recv`, and that are queued after `send` has returned `false`. A
   * read can exceed it by 64 KiB before the handler is called. Default: 1 MiB, or `highWaterMark` if that is more.
   */
  readonly bufferLimit?: number;
  /** `run` and `runSync` wait at most so many milliseconds between two `poll` events. Default: 1000. */
  readonly pollMs?: number;
}

/** Options of every connection. */
export interface ManagerConnectionOptions {
  /**
   * Whether the connection stays open for sending when its peer has ended. Default: `false`, it is drained after
   * `end`. Accepted connections have that of their listener.
   */
  readonly allowHalfOpen?: boolean;
  /** Whether it gets `poll` events: see `ManagerConnection.polls`. Accepted connections have that of their listener. */
  readonly polls?: boolean;
}

/** How `EventManager.listen` listens. */
export interface ListenUrlOptions extends ManagerConnectionOptions {
  /** How many connections may wait to be accepted. Default: SOMAXCONN. */
  readonly backlog?: number;
  /** SO_REUSEPORT: other sockets that set it as well may share the address. Default: `false`. */
  readonly reusePort?: boolean;
  /** Whether to delete the file of a unix socket that a dead server left. Default: `true`. See `Socket.bind`. */
  readonly unlinkStale?: boolean;
}

/** How `EventManager.connect` connects. */
export interface ConnectUrlOptions extends ManagerConnectionOptions {
  /** Milliseconds until it fails with ETIMEDOUT, with the time to resolve. Default: until the kernel gives up. */
  readonly timeoutMs?: number;
}

/** How `EventManager.setTimer` runs its callback. */
export interface ManagerTimerOptions {
  /** Whether it runs again and again. Default: `false`. */
  readonly repeat?: boolean;
  /** Whether it runs in the next turn as well. Default: `false`. */
  readonly immediately?: boolean;
}

export const MANAGER_OPTIONS: OptionTable<EventManagerOptions> = {
  multiplexer: anything, // checked by createMultiplexer, or by the reactor
  onError: aFunction,
  highWaterMark: anInteger(1, 2 ** 31 - 1),
  bufferLimit: anInteger(1, 2 ** 31 - 1),
  pollMs: aTimeLimit,
};

export const MANAGER_CONNECTION_OPTIONS: OptionTable<ManagerConnectionOptions> = {
  allowHalfOpen: aBoolean,
  polls: aBoolean,
};

export const LISTEN_OPTIONS: OptionTable<ListenUrlOptions> = {
  ...MANAGER_CONNECTION_OPTIONS,
  backlog: anInteger(0, 2 ** 31 - 1),
  reusePort: aBoolean,
  unlinkStale: aBoolean,
};

export const CONNECT_OPTIONS: OptionTable<ConnectUrlOptions> = {
  ...MANAGER_CONNECTION_OPTIONS,
  timeoutMs: aTimeLimit,
};

export const TIMER_OPTIONS: OptionTable<ManagerTimerOptions> = {
  repeat: aBoolean,
  immediately: aBoolean,
};
