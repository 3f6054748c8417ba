import { tracingChannel } from "node:diagnostics_channel";
import { lookup, type LookupAddress } from "node:dns";
import { EventEmitter } from "node:events";
import { getDefaultHighWaterMark } from "node:stream";
import { nextTick } from "../runtime/timing.ts";
import { Socket as NativeSocket } from "../socket/socket.ts";
import * as sys from "../sys/index.ts";
import { adoptFd } from "./adoption.ts";
import { isPath, normalizeArgs, toNumber } from "./arguments.ts";
import { checkBlockList } from "./block_list.ts";
import { BoundSocket, takeBound } from "./bound_socket.ts";
import { callable } from "./callable.ts";
import { type BlockListLike, toPort } from "./connecting.ts";
import { checkMultiplexer, getDefaultMultiplexer } from "./defaults.ts";
import { alreadyListens, failedListen, invalidType, invalidValue, notRunning } from "./errors.ts";
import { checkSignal, whenAborted } from "./abort.ts";
import { loopOf } from "./loop.ts";
import type { Place } from "./listening.ts";
import type { SocketName } from "./names.ts";
import type { ListenOptions, ServerOptions } from "./options.ts";
import { ServerCore } from "./server_core.ts";
import type { Socket } from "./socket.ts";
import { checkDelay } from "./socket_checks.ts";
import { checkSocketOptions } from "./socket_options.ts";
import { toSeconds } from "./tuning.ts";

const CORE = Symbol("core");
const tracing = tracingChannel<string, object>("net.server.listen");

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
    const backlog = toNumber(args.length > 1 && args[1]) || toNumber(args.length > 2 && args[2]) || 0;
    core.attempt++;
    const bound = boundOf(options);
    if (bound) {
      const { native, path } = takeBound(bound);
      settle(this, core.listenWith(native, backlog, path));
      return this;
    }
    listenWith(this, args, options, backlog);
    return this;
  }

  /** Where it listens: `{ address, family, port }`, or the path of a unix socket; `null`: nowhere. */
  address(): SocketName | string | null {
    return this[CORE].name;
  }

  /** Counts the connections, and calls back later. */
  getConnections(callback: (error: Error | null, count: number) => void): this {
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

  override [EventEmitter.captureRejectionSymbol](error: Error, event: string, ...args: unknown[]): void {
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
  if (given != null && typeof given !== "object" && typeof given !== "function")
    throw invalidType("options", "of type object", given);
  const options: ServerOptions = typeof given === "object" && given !== null ? given : {};
  const onConnection = typeof given === "function" ? given : listener;
  checkDelay(options);
  checkSocketOptions(options.socketOptions);
  const { highWaterMark, keepAliveInitialDelay: delay } = options;
  if (highWaterMark !== undefined && typeof highWaterMark !== "number")
    throw invalidType("options.highWaterMark", "of type number", highWaterMark);
  const name = options.multiplexer ?? getDefaultMultiplexer();
  server[CORE] = new ServerCore(server, loopOf(checkMultiplexer(name, "options.multiplexer")));
  server[CORE].socketOptions = options.socketOptions;
  server.allowHalfOpen = options.allowHalfOpen || false;
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

/** An object that was given instead of options has them, or a descriptor, inside. */
function boundOf(options: ListenOptions): BoundSocket | null {
  if (options instanceof BoundSocket) return options;
  const handle: unknown = Reflect.get(options, "handle");
  return handle instanceof BoundSocket ? handle : null;
}

function listenWith(
  server: StreamServer,
  args: readonly unknown[],
  given: ListenOptions,
  backlogOfArgs: number,
): void {
  const core = server[CORE];
  const options = innerOptions(given);
  const { fd, host, path, signal } = options;
  if (signal !== undefined) closeOnAbort(server, signal);
  if (options.multiplexer !== undefined)
    core.loop = loopOf(checkMultiplexer(options.multiplexer, "options.multiplexer"));
  checkSocketOptions(options.socketOptions);
  if (typeof fd === "number" && fd >= 0) {
    settle(server, listenOnFd(core, fd, backlogOfArgs));
    return;
  }
  const hasNoPort = (options.port === undefined && "port" in options) || options.port === null;
  const isAny = args.length === 0 || typeof args[0] === "function" || hasNoPort;
  const port = isAny ? 0 : options.port;
  const backlog = options.backlog || backlogOfArgs;
  if (typeof port === "number" || typeof port === "string") {
    const number = toPort(port, "options.port");
    if (host) lookUpAndListen(server, options, number, host, backlog);
    else settle(server, core.listenAt(placeOf(server, options, undefined, number), backlog));
    return;
  }
  if (path && isPath(path)) {
    listenOnPath(server, options, path, backlog);
    return;
  }
  if (!("port" in options || "path" in options))
    throw invalidValue("options", options, 'must have the property "port" or "path"');
  throw invalidValue("options", options);
}

function innerOptions(given: ListenOptions): ListenOptions {
  for (const key of ["_handle", "handle"] as const) {
    const inner: unknown = Reflect.get(given, key);
    if (typeof inner === "object" && inner !== null) return inner;
  }
  return given;
}

function listenOnFd(core: ServerCore, fd: number, backlog: number): Error | null {
  try {
    const { descriptor } = adoptFd(fd);
    if (descriptor instanceof NativeSocket) return core.listenWith(descriptor, backlog);
    descriptor.detach();
  } catch {
    // Not a descriptor that can listen.
  }
  return failedListen(-sys.errno.EINVAL, "listen", null);
}

function listenOnPath(server: StreamServer, options: ListenOptions, path: string, backlog: number): void {
  const core = server[CORE];
  const { readableAll = false, writableAll = false } = options;
  if (path.startsWith("\0") && (readableAll || writableAll)) {
    const reason = "can not set readableAll or writableAllt to true when path is abstract unix socket";
    throw invalidValue("options", options, reason);
  }
  const error = core.listenAt(placeOf(server, options, undefined, 0, path), backlog);
  if (error === null && (readableAll || writableAll)) core.chmod(readableAll, writableAll);
  settle(server, error);
}

function lookUpAndListen(
  server: StreamServer,
  options: ListenOptions,
  port: number,
  host: string,
  backlog: number,
): void {
  const core = server[CORE];
  const { attempt } = core;
  lookup(host, { all: true }, (error, addresses) => {
    if (attempt !== core.attempt) return;
    if (error) {
      server.emit("error", error);
      return;
    }
    const { address } = addresses.find((each) => !isLinkLocal(each)) ?? addresses[0] ?? {};
    settle(server, core.listenAt(placeOf(server, options, address, port), backlog));
  });
}

function isLinkLocal({ address, family }: LookupAddress): boolean {
  return family === 6 && /^fe[89ab]/i.test(address);
}

function placeOf(
  server: StreamServer,
  options: ListenOptions,
  address: string | undefined,
  port: number,
  path?: string,
): Place {
  return {
    address,
    port,
    path,
    ipv6Only: options.ipv6Only === true,
    reusePort: options.reusePort === true,
    socketOptions: { ...server[CORE].socketOptions, ...options.socketOptions },
  };
}

/** Emits "listening" or "error", in the next tick. */
function settle(server: StreamServer, error: Error | null): void {
  if (error === null) {
    if (tracing.asyncEnd.hasSubscribers) tracing.asyncEnd.publish({ server });
    nextTick(() => {
      if (server[CORE].open) server.emit("listening");
    });
    return;
  }
  if (tracing.error.hasSubscribers) tracing.error.publish({ server, error });
  nextTick(() => {
    server.emit("error", error);
  });
}

function closeOnAbort(server: StreamServer, signal: AbortSignal): void {
  const forget = whenAborted(checkSignal(signal, "options.signal"), () => {
    server.close();
  });
  server.once("close", forget);
}
