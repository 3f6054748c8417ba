import { normalizeArgs } from "./arguments.ts";
import type { ServerOptions } from "./options.ts";
import { type ConnectionListener, Server } from "./server.ts";
import { Socket } from "./socket.ts";

/** Connects: `(options, cb)`, `(port, host, cb)` or `(path, cb)`. The socket emits "connect", or "error". */
export function connect(...args: readonly unknown[]): Socket {
  const normalized = normalizeArgs(args);
  const [options] = normalized;
  const socket = new Socket(options);
  if (options.timeout) socket.setTimeout(options.timeout);
  return socket.connect(normalized);
}

/** A server that calls `listener` with each connection, once it listens. */
export function createServer(
  options?: ServerOptions | ConnectionListener,
  listener?: ConnectionListener,
): Server {
  return new Server(options, listener);
}
