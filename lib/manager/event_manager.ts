import {
  aTimeLimit,
  checkInteger,
  checkObject,
  invalidArgType,
  invalidState,
  isBytes,
  type OptionTable,
  outOfRange,
  readOptions,
} from "../arguments.ts";
import { createMultiplexer } from "../multiplexer/create.ts";
import { type Handler, Reactor, type RunOptions } from "../reactor/reactor.ts";
import { checkSignal } from "../runtime/abort.ts";
import type { Socket } from "../socket/socket.ts";
import { ManagerCore, type ManagerLimits } from "./core.ts";
import type { ManagerHandler } from "./events.ts";
import { ManagerLoop } from "./loop.ts";
import type { ManagerConnection } from "./manager_connection.ts";
import {
  type ConnectUrlOptions,
  CONNECT_OPTIONS,
  type EventManagerOptions,
  LISTEN_OPTIONS,
  type ListenUrlOptions,
  MANAGER_CONNECTION_OPTIONS,
  MANAGER_OPTIONS,
  type ManagerConnectionOptions,
  type ManagerTimerOptions,
  TIMER_OPTIONS,
} from "./manager_options.ts";
import { ManagerTimer } from "./manager_timer.ts";
import { parseUrl } from "./manager_url.ts";
import { Opener } from "./opener.ts";
import { Resolver } from "./resolver.ts";
import { EVERYONE } from "./wakeup_message.ts";
import { Wakeups, deliver } from "./wakeups.ts";

const HIGH_WATER_MARK = 64 * 1024;
const BUFFER_LIMIT = 1024 * 1024;
const POLL_MS = 1000;
const RUN_OPTIONS: OptionTable<RunOptions> = { signal: checkSignal };

/**
 * Many connections and one handler, in the manner of mongoose: `listen` and `connect` take a URL and a handler, and
 * `poll` waits for events and hands them out. Any multiplexer will do.
 *
 * The loop turns with {@link poll}, {@link runSync} or {@link run}. A handler must not block.
 */
export class EventManager implements Disposable {
  /** Its reactor, for other descriptors and timers. */
  readonly reactor: Reactor;
  readonly #core: ManagerCore;
  readonly #opener: Opener;
  readonly #loop: ManagerLoop;
  #wakeups: Wakeups | null = null;

  /**
   * @throws TypeError ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE; RangeError: an option. SystemError EMFILE: no
   * descriptor is free
   */
  constructor(options: EventManagerOptions = {}) {
    const { multiplexer, onError, pollMs = POLL_MS } = readOptions(options, MANAGER_OPTIONS);
    const limits = limitsOf(options);
    const isName = multiplexer === undefined || typeof multiplexer === "string";
    this.reactor = new Reactor(isName ? createMultiplexer<Handler>(multiplexer) : multiplexer, {
      onError,
    });
    this.#core = new ManagerCore(this.reactor, limits, new Resolver(this.reactor));
    this.#opener = new Opener(this.#core);
    this.#loop = new ManagerLoop(this.#core, pollMs);
  }

  /** The open connections and listeners, as a list of its own, in the order in which they came. */
  get connections(): readonly ManagerConnection[] {
    return [...this.#core.connections.values()];
  }

  /** Whether it was closed. */
  get closed(): boolean {
    return this.#loop.closed;
  }

  /**
   * Listens. The handler gets `open` within this call; connections that are accepted get the same handler.
   *
   * @param url - `tcp://127.0.0.1:80`, `tcp://[::1]:0`, `tcp://:80` (any address of IPv4), `udp://…`, `unix:///path`,
   * `unix://@name`. A file of a unix socket is deleted at the end
   * @throws SystemError EADDRINUSE, EACCES, EADDRNOTAVAIL… with the address. TypeError, RangeError: the URL, an
   * option or a name. ERR_INVALID_STATE: the manager is closed
   */
  listen(url: string, handler: ManagerHandler, options: ListenUrlOptions = {}): ManagerConnection {
    this.#checkOpen();
    return this.#opener.listen(parseUrl(url), handler, readOptions(options, LISTEN_OPTIONS));
  }

  /**
   * Connects. The handler gets `open` within this call, and in later turns `resolve` and `connect`, or `error` and
   * `close`. A name is resolved as Node does, and its addresses are tried one after the other.
   *
   * @param url - as for {@link listen}, also with a name: `tcp://example.com:80`
   * @throws TypeError, RangeError: the URL or an option. ERR_INVALID_STATE: the manager is closed
   */
  connect(
    url: string,
    handler: ManagerHandler,
    options: ConnectUrlOptions = {},
  ): ManagerConnection {
    this.#checkOpen();
    return this.#opener.connect(parseUrl(url), handler, readOptions(options, CONNECT_OPTIONS));
  }

  /**
   * Takes over a stream socket that is connected already, such as one that another process has passed. The handler
   * gets `open` within this call.
   *
   * @param socket - non-blocking; it belongs to the connection from now on
   * @throws as the constructor of `Connection`
   */
  wrap(
    socket: Socket,
    handler: ManagerHandler,
    options: ManagerConnectionOptions = {},
  ): ManagerConnection {
    this.#checkOpen();
    const ofConnection = readOptions(options, MANAGER_CONNECTION_OPTIONS);
    return this.#opener.wrap(checkObject(socket, "socket", "a Socket"), handler, ofConnection);
  }

  /**
   * Runs `callback` after so many milliseconds, once or with `repeat` again and again. What it throws goes to
   * `onError`.
   *
   * @throws TypeError, RangeError. ERR_INVALID_STATE: the manager is closed
   */
  setTimer(
    periodMs: number,
    callback: () => unknown,
    options: ManagerTimerOptions = {},
  ): ManagerTimer {
    aTimeLimit(periodMs, "periodMs");
    if (typeof callback !== "function") throw invalidArgType("callback", "a function", callback);
    const { repeat = false, immediately = false } = readOptions(options, TIMER_OPTIONS);
    this.#checkOpen();
    return new ManagerTimer(this.reactor, periodMs, callback, repeat, immediately);
  }

  /** Every connection that is established gets a `wakeup` event with these bytes, within this call. */
  broadcast(data: Uint8Array | string): void {
    deliver(this.#core, EVERYONE, bytesOf(data));
  }

  /**
   * The connection with this number gets a `wakeup` event with these bytes, within this call.
   *
   * @returns whether it is there, and established
   */
  wakeup(id: number, data: Uint8Array | string): boolean {
    return deliver(this.#core, checkInteger(id, "id", 1, Number.MAX_SAFE_INTEGER), bytesOf(data));
  }

  /**
   * For `new Broadcaster(…)` in other threads of this process: the address of a unix socket, as text. The first call
   * opens it.
   *
   * @throws SystemError EMFILE: no descriptor is free. ERR_INVALID_STATE: the manager is closed
   */
  wakeupAddress(): string {
    this.#checkOpen();
    this.#wakeups ??= new Wakeups(this.#core);
    return String(this.#wakeups.address);
  }

  /**
   * Waits for events, hands them out, and runs the timers that are due. Blocks the JavaScript thread. Call it again
   * and again: `while (…) manager.poll(1000)`.
   *
   * @param limitMs - milliseconds to wait at most; 0 does not wait
   * @returns how many descriptors were ready
   * @throws ERR_INVALID_STATE: the manager is running, also within a handler, or closed
   */
  poll(limitMs = Infinity): number {
    aTimeLimit(limitMs, "limitMs");
    return this.#loop.poll(limitMs);
  }

  /** Polls until {@link stop} or {@link close}. Blocks the JavaScript thread. */
  runSync(): void {
    this.#loop.runSync();
  }

  /**
   * As {@link runSync}, with this thread free for Node's own event loop meanwhile.
   *
   * @throws the reason of `signal`, which stops it
   */
  async run(options: RunOptions = {}): Promise<void> {
    const { signal } = readOptions(options, RUN_OPTIONS);
    await this.#loop.run(signal);
  }

  /** Lets {@link run} or {@link runSync} return after the current turn; if none runs, the next one at once. */
  stop(): void {
    this.#loop.stop();
  }

  /** Closes all connections, each of which gets `close`, and the multiplexer. Also within a handler. */
  close(): void {
    if (this.closed) return;
    this.#loop.close();
    for (const connection of this.connections) connection.close();
    this.#wakeups?.close();
    this.#core.resolver.close();
    this.reactor.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #checkOpen(): void {
    if (this.closed) throw invalidState("the manager is closed");
  }
}

function limitsOf(options: EventManagerOptions): ManagerLimits {
  const { highWaterMark, bufferLimit = Math.max(BUFFER_LIMIT, highWaterMark ?? 0) } = options;
  if (highWaterMark !== undefined && highWaterMark > bufferLimit) {
    throw outOfRange("highWaterMark", `<= bufferLimit (${String(bufferLimit)})`, highWaterMark);
  }
  return { highWaterMark: highWaterMark ?? Math.min(HIGH_WATER_MARK, bufferLimit), bufferLimit };
}

function bytesOf(data: Uint8Array | string): Uint8Array {
  const bytes = typeof data === "string" ? Buffer.from(data) : data;
  if (!isBytes(bytes)) throw invalidArgType("data", "a Uint8Array or a string", data);
  return bytes;
}
