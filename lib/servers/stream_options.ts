import {
  aBoolean,
  aFunction,
  anInteger,
  type Check,
  checkObject,
  contradiction,
  oneOf,
  type OptionTable,
} from "../arguments.ts";
import { MULTIPLEXERS, type MultiplexerName, createMultiplexer } from "../multiplexer/create.ts";
import type { Connection, Protocol } from "../reactor/connection.ts";
import type { ConnectionType } from "../reactor/listener_options.ts";
import { type Handler, Reactor } from "../reactor/reactor.ts";
import { sharedBy } from "../reactor/shared.ts";
import { LIMIT_OPTIONS, type LimitTotals, type StreamLimits } from "./stream_limits.ts";

/**
 * What a {@link StreamServer} does with each connection. One object serves all of them. Without `onData`, what
 * a client sends is dropped; without `onEnd`, a client that ends is answered with `connection.end()`.
 */
export interface ServerProtocol extends Partial<Protocol> {
  /** A client has connected; with `proxyProtocol`, its header has come. */
  onConnect?(connection: Connection): void;
}

/** A {@link ServerProtocol} as it is called: what a method returns may be a promise. */
export interface AnyProtocol extends Pick<ServerProtocol, "onData"> {
  onConnect?(connection: Connection): unknown;
  onEnd?(connection: Connection): unknown;
  onDrain?(connection: Connection): unknown;
  onClose?(connection: Connection, error: unknown): unknown;
}

/** Options of a {@link StreamServer}. */
export interface StreamServerOptions extends StreamLimits {
  /** Default: "epoll". */
  readonly multiplexer?: MultiplexerName;
  /** Edge-triggered; epoll only. Default: `false`. */
  readonly edge?: boolean;
  /** Descriptors below this number can be watched; select only. Default: FD_SETSIZE (1024). */
  readonly capacity?: number;
  /** "seqpacket", for unix addresses: each write is a message, and `onData` gets one. Default: "stream". */
  readonly type?: ConnectionType;
  /** Whether to delete the file of a unix socket that a dead server left: see {@link Socket.bind}. */
  readonly unlinkStale?: boolean;
  /** How many connections may wait to be accepted. Default: SOMAXCONN. */
  readonly backlog?: number;
  /** The most bytes that a client may leave unread before nothing more is received from it. Default: 64 KiB. */
  readonly highWaterMark?: number;
  /**
   * Whether each connection begins with a PROXY header, version 1 or 2, as HAProxy and nginx send it: the address of
   * the client, for whom they have connected. {@link clientAddress} tells it, and `maxPerAddress` counts it;
   * `connection.remoteAddress` is still the proxy's. The protocol hears of a connection when its header is complete.
   * A wrong header ends the connection with a reset; one that is not complete after `readTimeoutMs`, or else 3
   * seconds, with the end of the stream. Both count as `broken`.
   *
   * Whoever can connect can write any address into such a header: with this option, let nobody but your proxies reach
   * the server. Nothing is guessed: a client without a header is refused. Not for `type: "seqpacket"`. Default: `false`.
   */
  readonly proxyProtocol?: boolean;
}

/** For servers that share one reactor. */
export interface OnReactor {
  /**
   * What the server runs on. The caller runs, stops and closes it, so `run()` and `runSync()` are refused.
   * Default: a reactor of its own.
   */
  readonly reactor?: Reactor;
}

/** Counters of a {@link StreamServer}. */
export interface StreamTotals {
  /** Connections that were served: with `proxyProtocol`, those whose header has come. */
  readonly connections: number;
  /** Connections that were closed immediately: refused by a limit, or for lack of a descriptor or of room in the set. */
  readonly rejected: number;
  /** Connections that ended with an error (ECONNRESET, EPIPE, …), or by a time limit (ETIMEDOUT). */
  readonly broken: number;
  /** Connections that are open. */
  readonly open: number;
  /** The most connections that were open at the same time. */
  readonly peakOpen: number;
  /** Bytes received. */
  readonly bytesIn: number;
  /** Bytes sent. */
  readonly bytesOut: number;
  /** What each limit has done. Only of a server that has limits. */
  readonly limits?: LimitTotals;
}

// Throws for anything else; one of another copy of this package is taken.
const aReactor: Check = (value) => {
  sharedBy(value as Reactor);
};

/** The options of every stream server. */
export const STREAM_OPTIONS: OptionTable<StreamServerOptions> = {
  ...LIMIT_OPTIONS,
  multiplexer: oneOf(...MULTIPLEXERS),
  edge: aBoolean,
  capacity: anInteger(1, 2 ** 30),
  type: oneOf("stream", "seqpacket"),
  unlinkStale: aBoolean,
  backlog: anInteger(0, 2 ** 31 - 1),
  // Checked here: an invalid value would turn away each client without an error.
  highWaterMark: anInteger(1, 2 ** 30),
  proxyProtocol: aBoolean,
};

/** As {@link STREAM_OPTIONS}, for constructors, which also take a reactor. */
export const ON_REACTOR: OptionTable<OnReactor> = { reactor: aReactor };

/** What the constructor of a stream server takes. */
export const SERVER_OPTIONS: OptionTable<StreamServerOptions & OnReactor> = {
  ...STREAM_OPTIONS,
  ...ON_REACTOR,
};

/** @throws TypeError: a PROXY header in front of messages */
export function isProxied({ proxyProtocol = false, type }: StreamServerOptions): boolean {
  if (proxyProtocol && type === "seqpacket") {
    throw contradiction("options.proxyProtocol", "options.type", "the header begins a stream");
  }
  return proxyProtocol;
}

const CALLBACKS = ["onConnect", "onData", "onEnd", "onDrain", "onClose"] as const;

/** The given reactor, or a new one. */
export function reactorOf({
  reactor,
  multiplexer,
  edge,
  capacity,
}: StreamServerOptions & OnReactor): Reactor {
  if (!reactor) {
    const waits = { edge: edge ?? false, ...(capacity !== undefined && { capacity }) };
    return new Reactor(createMultiplexer<Handler>(multiplexer ?? "epoll", waits));
  }
  const [other] = Object.entries({ multiplexer, edge, capacity }).find(
    ([, value]) => value !== undefined,
  ) ?? [""];
  if (other !== "") {
    throw contradiction("options.reactor", `options.${other}`, "the reactor has a multiplexer");
  }
  return reactor;
}

/** @throws TypeError: not an object, or a callback that is no function */
export function checkProtocol(protocol: ServerProtocol): AnyProtocol {
  checkObject(protocol, "protocol");
  for (const name of CALLBACKS) {
    const callback: unknown = Reflect.get(protocol, name);
    if (callback !== undefined) aFunction(callback, `protocol.${name}`);
  }
  return protocol;
}
