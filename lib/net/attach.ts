import type { Server as NodeServer } from "node:net";
import { invalidArgType, invalidState } from "../arguments.ts";
import { nextTick } from "../runtime/timing.ts";
import { nameSecureSockets } from "./secure_names.ts";
import type { Server } from "./server.ts";
import type { Socket } from "./socket.ts";

/** What node:http, node:https, node:http2 and node:tls want of their sockets. Node.js keeps it in these properties. */
interface SocketWishes extends NodeServer {
  readonly allowHalfOpen?: boolean;
  readonly noDelay?: boolean;
  readonly keepAlive?: boolean;
  /** In seconds. */
  readonly keepAliveInitialDelay?: number;
}

/** Of node:http and node:https. */
interface HttpServer extends NodeServer {
  closeIdleConnections?(): void;
}

/** A connection, also one of TLS over a {@link Socket}. */
interface Connection {
  readonly bytesRead: number;
  once(event: "close", listener: () => void): unknown;
  destroy(): unknown;
}

// One server would answer twice, or count the connections of two.
const attached = new WeakSet();

/**
 * Lets a server of node:http, node:https, node:http2 or node:tls serve the connections of `netServer`. From then on
 * `server` behaves as if it listened itself: `listen`, `close`, `address`, `listening`, `getConnections`,
 * `maxConnections`, `ref` and `unref` are those of `netServer`, and "listening", "close", "error" and "drop" are emitted
 * on both. The sockets get what `server` was created with: `allowHalfOpen` (true for HTTP/1), `noDelay`, `keepAlive`.
 *
 * ```ts
 * const server = attach(http.createServer(app), net.createServer({ multiplexer: "poll" }));
 * server.listen(8080);
 * ```
 *
 * @param netServer - listens already, or when either of the two is told to
 * @returns `server`
 * @throws TypeError: not a server. Error ERR_INVALID_STATE: one of them is attached already, or `server` listens itself
 */
export function attach<S extends NodeServer>(server: S, netServer: Server): S {
  checkServer(server, "server");
  // Also one of another copy of this package.
  if (!("multiplexer" in Object(netServer)))
    throw invalidArgType("netServer", "a Server of pollux/net", netServer);
  if (server.listening) throw invalidState("the server listens itself");
  for (const one of [server, netServer]) {
    if (attached.has(one)) throw invalidState("the server is attached already");
  }
  for (const one of [server, netServer]) attached.add(one);

  tellListening(server, netServer);
  for (const event of ["close", "error", "drop"]) {
    netServer.on(event, (...args: unknown[]) => server.emit(event, ...args));
  }
  endSilent(server);
  const named = nameSecureSockets(server);
  netServer.on("connection", (socket: Socket) => {
    configure(socket, server);
    named(socket, () => server.emit("connection", socket));
  });
  return Object.defineProperties(server, overrides(server, netServer));
}

function checkServer(value: unknown, name: string): void {
  const { on, close, emit } = Object(value) as Record<string, unknown>;
  if ([on, close, emit].every((method) => typeof method === "function")) return;
  throw invalidArgType(name, "a server", value);
}

/** node:http checks `headersTimeout` and `requestTimeout` only after "listening", so each listening is told, once. */
function tellListening(server: NodeServer, netServer: Server): void {
  let state: "silent" | "told" = "silent";
  const tell = (): void => {
    if (state === "told" || !netServer.listening) return;
    state = "told";
    server.emit("listening");
  };
  netServer.on("listening", tell);
  netServer.prependListener("close", () => {
    state = "silent";
  });
  nextTick(tell); // it may listen already
}

/**
 * A connection on which nothing was asked yet is idle: browsers open some in reserve. `closeIdleConnections` of Node.js spares
 * them, and so they would keep the server from closing for as long as they like.
 */
function endSilent(server: HttpServer): void {
  const endIdle = server.closeIdleConnections?.bind(server);
  if (!endIdle) return;
  const open = new Set<Connection>();
  const remember = (connection: Connection): void => {
    open.add(connection);
    connection.once("close", () => open.delete(connection));
  };
  server.on("connection", remember);
  server.on("secureConnection", remember);
  const value = (): void => {
    endIdle();
    for (const connection of open) if (connection.bytesRead === 0) connection.destroy();
  };
  Object.defineProperty(server, "closeIdleConnections", method(value));
}

function configure(socket: Socket, wishes: SocketWishes): void {
  const { allowHalfOpen, noDelay, keepAlive, keepAliveInitialDelay = 0 } = wishes;
  if (allowHalfOpen !== undefined) socket.allowHalfOpen = allowHalfOpen;
  if (noDelay === true) socket.setNoDelay(true);
  if (keepAlive === true) socket.setKeepAlive(true, keepAliveInitialDelay * 1000);
}

/** What a server has of its own instead of its prototype's. */
function overrides(server: NodeServer, netServer: Server): PropertyDescriptorMap {
  // Node's own `close` ends idle connections and sessions of HTTP/2, and stops the timer of the time limits. It counts no
  // connection here, and would tell "close" at once: so it runs on an object that inherits all of the server but tells nothing.
  const silent = { __proto__: server, emit: () => false };
  const endIdle: () => void = server.close.bind(silent);
  const methods = {
    listen(...args: unknown[]) {
      const callback = args.at(-1);
      if (isCallback(callback)) server.once("listening", callback);
      netServer.listen(...(isCallback(callback) ? args.slice(0, -1) : args));
      return server;
    },
    close(callback?: (error?: Error) => void) {
      endIdle();
      netServer.close(callback?.bind(server));
      return server;
    },
    address: () => netServer.address(),
    getConnections(callback: (error: Error | null, count: number) => void) {
      netServer.getConnections(callback);
      return server;
    },
    ref() {
      netServer.ref();
      return server;
    },
    unref() {
      netServer.unref();
      return server;
    },
  };
  return {
    ...Object.fromEntries(Object.entries(methods).map(([name, value]) => [name, method(value)])),
    listening: property(() => netServer.listening),
    maxConnections: property(
      () => netServer.maxConnections,
      (most) => {
        if (most === undefined) delete netServer.maxConnections;
        else netServer.maxConnections = most;
      },
    ),
  };
}

function method(value: unknown): PropertyDescriptor {
  return { value, writable: true, configurable: true };
}

function property<T>(get: () => T, set?: (value: T) => void): PropertyDescriptor {
  return { get, ...(set && { set }), configurable: true };
}

function isCallback(value: unknown): value is () => void {
  return typeof value === "function";
}
