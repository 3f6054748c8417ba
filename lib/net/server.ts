import { EventEmitter } from "node:events";
import { getDefaultHighWaterMark } from "node:stream";
import { nextTick } from "../runtime/timing.ts";
import type { Socket as NativeSocket } from "../socket/socket.ts";
import { normalizeArgs, toNumber } from "./arguments.ts";
import { checkBlockList } from "./block_list.ts";
import { callable } from "./callable.ts";
import type { BlockListLike } from "./connecting.ts";
import { checkMultiplexer, getDefaultMultiplexer } from "./defaults.ts";
import { alreadyListens, invalidType, notRunning } from "./errors.ts";
import { listenAsAsked } from "./listen.ts";
import { loopOf } from "./loop.ts";
import type { SocketName } from "./names.ts";
import type { ServerOptions } from "./options.ts";
import { ServerCore, tracing } from "./server_core.ts";
import type { Socket } from "./socket.ts";
import { checkCallback, checkDelay } from "./socket_checks.ts";
import { checkSocketOptions } from "./socket_options.ts";
import { toSeconds } from "./tuning.ts";

const CORE = Symbol("core");

/** Called with each connection. */
export type ConnectionListener = (socket: Socket) => void;

class StreamServer extends EventEmitter {
  declare allowHalfOpen: boolean;
  declare pauseOnConnect: boolean;
  declare noDelay: boolean;
  declare keepAlive: boolean;
  /** In seconds. */
  declare keepAliveInitialDelay: number;
  declare highWaterMark: number;
  /** With so many connections, further ones are closed, and "drop" is emitted. */
  declare maxConnections?: number | null;
  /** For node:cluster, which this server does not take part in. */
  declare dropMaxConnection?: boolean;
  /** Addresses whose connections are closed. */
  declare blockList: BlockListLike | undefined;
  /** @internal */
  declare [CORE]: ServerCore;

  constructor(options?: ServerOptions | ConnectionListener | null, listener?: ConnectionListener) {
    super();
    initialise(this, options, listener);
  }

  /** Whether it listens. */
  get listening(): boolean {
    return this[CORE].open;
  }

  /** The listening socket of the kernel; `null` while it does not listen. */
  get native(): NativeSocket | null {
    return this[CORE].native;
  }

  /** The name of the multiplexer that it and its connections wait with. */
  get multiplexer(): string {
    return this[CORE].loop.name;
  }

  /** @internal */
  get _connections(): number {
    return this[CORE].connections;
  }

  set _connections(count: number) {
    this[CORE].connections = count;
  }

  /**
   * Listens: `(port, host, backlog, cb)`, `(path, backlog, cb)`, `(options, cb)`, or with an object that has an `fd`.
   * Emits "listening", or "error".
   */
  listen(...args: readonly unknown[]): this {
    const core = this[CORE];
    const [options, callback] = normalizeArgs(args);
    if (core.open) throw alreadyListens();
    if (tracing.asyncStart.hasSubscribers) tracing.asyncStart.publish({ server: this, options });
    if (callback) this.once("listening", callback);
    const backlog =
      toNumber(args.length > 1 && args[1]) || toNumber(args.length > 2 && args[2]) || 0;
    core.attempt++;
    listenAsAsked(core, args, options, backlog);
    return this;
  }

  /** Where it listens: `{ address, family, port }`, or the path of a unix socket; `null`: nowhere. */
  address(): SocketName | string | null {
    return this[CORE].name;
  }

  /** Counts the connections, and calls back later. */
  getConnections(callback: (error: Error | null, count: number) => void): this {
    checkCallback(callback);
    const { connections } = this[CORE];
    nextTick(() => {
      callback(null, connections);
    });
    return this;
  }

  /**
   * Takes no more connections. Emits "close" when those that are open have ended.
   *
   * @param callback - called with "close"; with ERR_SERVER_NOT_RUNNING if it does not listen
   */
  close(callback?: (error?: Error) => void): this {
    const core = this[CORE];
    if (typeof callback === "function") {
      const { open } = core;
      this.once("close", () => {
        if (open) callback();
        else callback(notRunning());
      });
    }
    core.close();
    return this;
  }

  /** Lets the listening socket keep the process alive, which is the default. */
  ref(): this {
    this[CORE].reference(true);
    return this;
  }

  /** Lets the process end although it listens. */
  unref(): this {
    this[CORE].reference(false);
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.listening) return;
    await new Promise<void>((resolve, reject) => {
      this.close((error) => {
        if (error) reject(error);
        else resolve();
      });
    });
  }

  override [EventEmitter.captureRejectionSymbol](
    error: Error,
    event: string,
    ...args: unknown[]
  ): void {
    const [socket] = args;
    if (event === "connection" && socket instanceof EventEmitter && "destroy" in socket) {
      const { destroy } = socket;
      if (typeof destroy === "function") Reflect.apply(destroy, socket, [error]);
    } else this.emit("error", error);
  }

  /** @internal */
  _emitCloseIfDrained(): void {
    this[CORE].emitCloseIfDrained();
  }
}

/**
 * Accepts connections, with the interface of `net.Server`. It waits with one of the library's multiplexers, inside
 * Node's own event loop.
 */
export const Server = callable("Server", StreamServer, (self, [options, listener]) => {
  Reflect.apply(EventEmitter, self, []);
  initialise(self, options, listener);
});
export type Server = StreamServer;

function initialise(
  server: StreamServer,
  given: ServerOptions | ConnectionListener | null | undefined,
  listener: ConnectionListener | undefined,
): void {
  const options = optionsOf(given);
  const onConnection = typeof given === "function" ? given : listener;
  checkDelay(options);
  checkSocketOptions(options.socketOptions);
  const { highWaterMark, keepAliveInitialDelay: delay } = options;
  if (highWaterMark !== undefined && typeof highWaterMark !== "number")
    throw invalidType("options.highWaterMark", "of type number", highWaterMark);
  const name = options.multiplexer ?? getDefaultMultiplexer();
  server[CORE] = new ServerCore(server, loopOf(checkMultiplexer(name, "options.multiplexer")));
  server[CORE].socketOptions = options.socketOptions;
  server.allowHalfOpen = options.allowHalfOpen ?? false;
  server.pauseOnConnect = Boolean(options.pauseOnConnect);
  server.noDelay = Boolean(options.noDelay);
  server.keepAlive = Boolean(options.keepAlive);
  server.keepAliveInitialDelay = toSeconds(delay === undefined ? delay : Math.max(0, delay));
  const isUsual = highWaterMark === undefined || highWaterMark < 0;
  server.highWaterMark = isUsual ? getDefaultHighWaterMark(false) : highWaterMark;
  const blockList = checkBlockList(options.blockList);
  if (blockList) server.blockList = blockList;
  if (typeof onConnection === "function") server.on("connection", onConnection);
}

/** @throws TypeError ERR_INVALID_ARG_TYPE: neither options nor a listener */
function optionsOf(given: unknown): ServerOptions {
  if (given === undefined || given === null || typeof given === "function") return {};
  if (typeof given !== "object") throw invalidType("options", "of type object", given);
  return given;
}
