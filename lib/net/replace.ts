import http from "node:http";
import { syncBuiltinESMExports } from "node:module";
import nodeNet from "node:net";
import tls from "node:tls";
import { BoundSocket } from "./bound_socket.ts";
import * as own from "./index.ts";

/** stdin, stdout and stderr stay with libuv: Node writes them without waiting. */
const LAST_STANDARD_FD = 2;

const { createConnection: createNodeConnection, Server: NodeServer, Socket: NodeSocket } = nodeNet;

type Constructor = new (...args: never[]) => object;

/** What {@link replaceNodeNet} replaces. */
export interface ReplaceOptions {
  /** Whether servers, too. Default: `true`. */
  readonly servers?: boolean;
}

/**
 * Puts this module in the place of node:net, for the whole process: `require("net")`, `import "node:net"`, and
 * Node's own modules that use it, such as node:http. Sockets over handles of libuv (standard streams, pipes of
 * child processes, TLS) stay Node's.
 */
export function replaceNodeNet({ servers = true }: ReplaceOptions = {}): void {
  const Socket = inPlaceOf(NodeSocket, own.Socket, isForLibuv);
  const Server = servers ? inPlaceOf(NodeServer, own.Server, () => false) : NodeServer;
  const createServer = servers ? createOwnServer : nodeNet.createServer;
  // Node's own `_normalizeArgs` has a mark that its own `connect` looks for.
  const { _normalizeArgs, BlockList, isIP, isIPv4, isIPv6, SocketAddress, ...exported } = own;
  for (const [name, value] of Object.entries({
    ...exported,
    createServer,
    Server,
    Socket,
    Stream: Socket,
  })) {
    if (name in nodeNet || name === "BoundSocket") Reflect.set(nodeNet, name, value);
  }
  if (servers) {
    for (const { prototype } of [http.Server, tls.Server]) {
      const parent: unknown = Object.getPrototypeOf(prototype);
      if (parent === NodeServer.prototype) Object.setPrototypeOf(prototype, own.Server.prototype);
    }
  }
  // Node 20 has a copy of the function there.
  if (Object.is(Reflect.get(http.Agent.prototype, "createConnection"), createNodeConnection))
    Reflect.set(http.Agent.prototype, "createConnection", own.connect);
  letTlsBegin();
  syncBuiltinESMExports();
}

// The primary process of node:cluster takes the handle of the servers that it makes for its workers.
function createOwnServer(...args: Parameters<typeof own.createServer>): object {
  const isForCluster = new Error().stack?.includes("node:internal/cluster");
  return isForCluster ? new NodeServer(listenerOf(args)) : own.createServer(...args);
}

function listenerOf([listener]: readonly unknown[]): () => void {
  return () => {
    if (typeof listener === "function") Reflect.apply(listener, undefined, []);
  };
}

// To TLSSocket, a `net.Socket` without a handle of libuv is one that still connects: it would wait for ever.
function letTlsBegin(): void {
  const { prototype } = tls.TLSSocket;
  const init: unknown = Reflect.get(prototype, "_init");
  if (typeof init !== "function") return;
  Reflect.set(prototype, "_init", function (this: tls.TLSSocket, ...args: unknown[]): void {
    Reflect.apply(init, this, args);
    const [socket] = args;
    if (socket instanceof own.Socket && !socket.pending) Reflect.set(this, "connecting", false);
  });
}

/** `replacement`, but for calls that only Node's own class can serve. Instances of both are instances of it. */
function inPlaceOf(
  original: Constructor,
  replacement: Constructor,
  needsOriginal: (options: unknown) => boolean,
): Constructor {
  return new Proxy(replacement, {
    apply(_target, self: unknown, args: unknown[]): unknown {
      const isOriginal = self instanceof original || needsOriginal(args[0]);
      return Reflect.apply(isOriginal ? original : replacement, self, args);
    },
    construct(_target, args: unknown[], newTarget): object {
      const isPlain = !(newTarget.prototype instanceof replacement);
      const isOriginal = isPlain && needsOriginal(args[0]);
      const [made, target] = isOriginal ? [original, original] : [replacement, newTarget];
      // oxlint-disable-next-line typescript/no-unsafe-return -- the type of Reflect.construct
      return Reflect.construct(made, args, target);
    },
    get(target, key): unknown {
      if (key !== Symbol.hasInstance) return Reflect.get(target, key);
      return (value: unknown) => value instanceof replacement || value instanceof original;
    },
  });
}

function isForLibuv(options: unknown): boolean {
  if (typeof options === "number") return options <= LAST_STANDARD_FD;
  if (typeof options !== "object" || options === null) return false;
  const handle: unknown = Reflect.get(options, "handle");
  if (handle) return !(handle instanceof BoundSocket);
  const fd: unknown = Reflect.get(options, "fd");
  return typeof fd === "number" && fd <= LAST_STANDARD_FD;
}
