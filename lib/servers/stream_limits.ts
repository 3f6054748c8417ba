import type { Address } from "../address/address.ts";
import {
  anInteger,
  type Check,
  invalidArgType,
  type OptionTable,
  outOfRange,
} from "../arguments.ts";
import { SystemError, isSystemError } from "../errors.ts";
import type { Connection } from "../reactor/connection.ts";
import type { Reactor } from "../reactor/reactor.ts";
import type { Timer } from "../reactor/timers.ts";
import { now } from "../runtime/timing.ts";
import type { Socket } from "../socket/socket.ts";
import * as sys from "../sys/index.ts";
import { type ClockName, CLOCKS, Progress } from "./progress.ts";
import type { ProxyHeader } from "./proxy_header.ts";

/**
 * Limits of a {@link StreamServer}; none is set by default. A client that is refused gets a reset: its next
 * call fails with ECONNRESET, or, on a unix socket, it finds the end of the stream. How a client is ended
 * whose time has passed is written at each limit; `onClose` of the protocol gets ETIMEDOUT.
 *
 * Time limits are checked eight times in their time, and at least once a second: no client is ended early,
 * and none later than a quarter of the limit, or two seconds, whichever is less (but 10 ms at least). Time in
 * which the server itself stood still (a handler that blocked, SIGSTOP, a machine that slept) is not the clients'.
 */
export interface StreamLimits {
  /** The most connections at the same time. Others are refused. */
  readonly maxConnections?: number;
  /**
   * The most connections of one client address at the same time. For IPv6 it is the whole address, with its
   * zone; for unix sockets, the client's user. Others are refused. With `proxyProtocol`, the address is the one
   * that the PROXY header has, or else the proxy's.
   */
  readonly maxPerAddress?: number;
  /**
   * Milliseconds in which a client must send a byte, or take one. Ends with the end of the stream (FIN), or
   * with a reset if something that was written for the client is still unsent.
   */
  readonly idleTimeoutMs?: number;
  /**
   * Milliseconds in which a client must complete a message. Counted from its connect until `onData` has used its
   * first bytes; later, from the first byte that `onData` leaves unused until it uses some again. Time in which
   * nothing is received from the client, because it does not read or is paused, does not count. It ends those
   * who send a byte now and then ("slow loris"); who is silent between two messages is only idle. A protocol without
   * `onData` waits for no message, and ends nobody by this. With `proxyProtocol`, the header and the first message
   * have this time each. Ends as `idleTimeoutMs`.
   */
  readonly readTimeoutMs?: number;
  /**
   * Milliseconds in which a client must take a byte of what was written for it: its kernel acknowledges it
   * (TCP), or it reads (unix). Ends with a reset, so that nobody takes a part for the whole.
   */
  readonly writeTimeoutMs?: number;
}

/** How many connections each limit has refused or ended. */
export interface LimitTotals {
  /** Refused by `maxConnections`. */
  readonly maxConnections: number;
  /** Refused by `maxPerAddress`. */
  readonly maxPerAddress: number;
  /** Ended by `idleTimeoutMs`. */
  readonly idleTimeoutMs: number;
  /** Ended by `readTimeoutMs`, or without a PROXY header in time. */
  readonly readTimeoutMs: number;
  /** Ended by `writeTimeoutMs`. */
  readonly writeTimeoutMs: number;
}

const aTime: Check = (value, name) => {
  if (typeof value !== "number") throw invalidArgType(name, "a number", value);
  if (!(value > 0)) throw outOfRange(name, "> 0", value);
};

export const LIMIT_OPTIONS: OptionTable<StreamLimits> = {
  maxConnections: anInteger(1, 2 ** 31 - 1),
  maxPerAddress: anInteger(1, 2 ** 31 - 1),
  idleTimeoutMs: aTime,
  readTimeoutMs: aTime,
  writeTimeoutMs: aTime,
};

const CHECKS_PER_LIMIT = 8;
const MIN_INTERVAL_MS = 5;
const MAX_INTERVAL_MS = 1000;
/** How long the PROXY header may take without a `readTimeoutMs`: a lost segment is sent again by then. */
const HEADER_MS = 3000;
/** From one look to the next no more than so many intervals count: for the rest, the server stood still. */
const MAX_INTERVALS = 2;

/** What a client is counted as. `null`: the limits refuse it. */
export type Client = string | null;

/** Not counted by address. */
const ANYONE = "";

/**
 * Holds a server's connections to its limits. A message costs nothing: now and then one timer looks at what
 * each connection has done since.
 */
export class Limits {
  readonly #reactor: Reactor;
  readonly #limits: StreamLimits;
  /** Whether the protocol waits for messages. */
  readonly #listens: boolean;
  /** Whether each client begins with a PROXY header. */
  readonly #proxied: boolean;
  readonly #intervalMs: number;
  readonly #progress = new Map<Connection, Progress>();
  /** Connections by client, with `maxPerAddress`. */
  readonly #perClient = new Map<string, number>();
  readonly #totals = {
    ...{ maxConnections: 0, maxPerAddress: 0 },
    ...{ idleTimeoutMs: 0, readTimeoutMs: 0, writeTimeoutMs: 0 },
  };
  #timer: Timer | null = null;
  #lookedMs = 0;
  /** The time until then in which the server ran. */
  #servedMs = 0;

  private constructor(reactor: Reactor, limits: StreamLimits, listens: boolean, proxied: boolean) {
    this.#reactor = reactor;
    this.#limits = limits;
    this.#listens = listens;
    this.#proxied = proxied;
    const shortestMs = Math.min(...CLOCKS.map((clock) => this.#limitOf(clock, proxied)));
    this.#intervalMs =
      shortestMs === Infinity
        ? Infinity
        : Math.min(MAX_INTERVAL_MS, Math.max(MIN_INTERVAL_MS, shortestMs / CHECKS_PER_LIMIT));
  }

  /**
   * @param listens - whether the protocol waits for messages of a client
   * @param proxied - whether each client begins with a PROXY header, whose time is limited in any case
   * @returns `null` if there are no limits
   */
  static of(
    reactor: Reactor,
    limits: StreamLimits,
    listens: boolean,
    proxied: boolean,
  ): Limits | null {
    return proxied || isLimited(limits) ? new Limits(reactor, limits, listens, proxied) : null;
  }

  /** `null` if only the PROXY header has a limit. */
  get totals(): LimitTotals | null {
    return isLimited(this.#limits) ? { ...this.#totals } : null;
  }

  /** @param open - how many connections are open without this one */
  admit(socket: Socket, open: number): Client {
    const { maxConnections = Infinity } = this.#limits;
    if (open >= maxConnections) return this.#refuse("maxConnections");
    return this.#proxied ? ANYONE : this.#countable(socket, null);
  }

  /** The PROXY header has come, which says who the client is. @returns whether the limits admit it */
  identify(connection: Connection, header: ProxyHeader): boolean {
    const progress = this.#progress.get(connection);
    const client = this.#countable(connection.socket, header.source);
    if (client === null) return false;
    progress?.identify(client, header.length, this.#servedUntil(now()));
    this.#count(client, 1);
    if (!isLimited(this.#limits)) this.#progress.delete(connection);
    return true;
  }

  add(connection: Connection, client: string): void {
    if (!this.#timer?.pending) this.#lookedMs = now();
    const progress = new Progress(client, this.#servedUntil(now()), this.#proxied);
    this.#progress.set(connection, progress);
    this.#count(client, 1);
    if (!this.#timer?.pending) this.#schedule();
  }

  remove(connection: Connection): void {
    this.#count(this.#progress.get(connection)?.client ?? ANYONE, -1);
    this.#progress.delete(connection);
  }

  close(): void {
    this.#timer?.cancel();
  }

  /** @param source - what the PROXY header says that it is */
  #countable(socket: Socket, source: Address | null): Client {
    const { maxPerAddress = Infinity } = this.#limits;
    if (maxPerAddress === Infinity) return ANYONE;
    const client = clientOf(socket, source);
    const isTooMany = (this.#perClient.get(client) ?? 0) >= maxPerAddress;
    return isTooMany ? this.#refuse("maxPerAddress") : client;
  }

  #count(client: string, change: 1 | -1): void {
    if (client === ANYONE) return;
    const count = (this.#perClient.get(client) ?? 0) + change;
    if (count > 0) this.#perClient.set(client, count);
    else this.#perClient.delete(client);
  }

  #refuse(limit: "maxConnections" | "maxPerAddress"): null {
    this.#totals[limit]++;
    return null;
  }

  #schedule(): void {
    if (this.#intervalMs === Infinity) return;
    this.#timer = this.#reactor.setTimer(this.#intervalMs, () => {
      this.#look();
    });
  }

  #servedUntil(timeMs: number): number {
    return this.#servedMs + Math.min(timeMs - this.#lookedMs, MAX_INTERVALS * this.#intervalMs);
  }

  #look(): void {
    const timeMs = now();
    const nowMs = this.#servedUntil(timeMs);
    this.#servedMs = nowMs;
    this.#lookedMs = timeMs;
    for (const [connection, progress] of this.#progress) {
      progress.look(connection, nowMs);
      const { awaitsHeader } = progress;
      const passed = CLOCKS.find(
        (clock) => progress.ms(clock, nowMs) >= this.#limitOf(clock, awaitsHeader),
      );
      if (passed) this.#end(connection, passed, progress);
    }
    if (this.#progress.size > 0) this.#schedule();
  }

  #limitOf(clock: ClockName, awaitsHeader: boolean): number {
    if (clock !== "readTimeoutMs") return this.#limits[clock] ?? Infinity;
    if (awaitsHeader) return this.#limits.readTimeoutMs ?? HEADER_MS;
    return (this.#listens ? this.#limits.readTimeoutMs : undefined) ?? Infinity;
  }

  #end(connection: Connection, clock: ClockName, { hasUnsent, awaitsHeader }: Progress): void {
    this.#totals[clock]++;
    const limit = `${String(this.#limitOf(clock, awaitsHeader))} ms`;
    const isHeader = awaitsHeader && clock === "readTimeoutMs";
    const reason = isHeader ? `PROXY header: none in ${limit}` : `${clock} of ${limit} has passed`;
    const call = clock === "writeTimeoutMs" ? "send" : "recv";
    if (hasUnsent) resetAtClose(connection.socket);
    connection.close(new SystemError(sys.errno.ETIMEDOUT, call, { reason }));
  }
}

/** Lets close(2) reset the connection, and drop what was not sent. Unix sockets have no reset. */
export function resetAtClose(socket: Socket): void {
  try {
    socket.setOption("SO_LINGER", { onoff: true, linger: 0 });
  } catch (error) {
    if (!isSystemError(error)) throw error;
  }
}

function isLimited(limits: StreamLimits): boolean {
  return Object.keys(LIMIT_OPTIONS).some(
    (name) => limits[name as keyof StreamLimits] !== undefined,
  );
}

/**
 * The address of an internet client, without its port; the user of a client on this machine.
 *
 * @param source - the address, if it is not the socket's peer
 */
function clientOf(socket: Socket, source: Address | null): string {
  if (source?.family === sys.AF_UNIX) return String(source);
  try {
    const remoteAddress = source ?? socket.remoteAddress;
    const { address, scopeId = 0 } = remoteAddress;
    if (address !== undefined) return `${address}%${String(scopeId)}`;
    return remoteAddress.family === sys.AF_UNIX
      ? `user ${String(socket.getOption("SO_PEERCRED").uid)}`
      : String(remoteAddress);
  } catch (error) {
    if (isSystemError(error)) return ANYONE; // it has left already
    throw error;
  }
}
