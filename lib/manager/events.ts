import { invalidArgType } from "../arguments.ts";
import type { ManagerConnection } from "./manager_connection.ts";

/**
 * What happens to a connection.
 * - `open`: it was created, within `listen` or `connect` or before `accept`.
 * - `resolve`: the host name has an address. Also for a numeric address, and for a unix socket.
 * - `connect`: a connection of `connect` is established.
 * - `accept`: a listener has accepted it; the handler is the listener's.
 * - `read`: so many bytes have arrived in `recv`. 0: `resume` offers what was left, or it is an empty datagram.
 * - `write`: the kernel has taken so many bytes of what was sent.
 * - `end`: the peer will send no more. Then it drains, unless `allowHalfOpen` is set.
 * - `wakeup`: a broadcast, or a message of another thread. The data is valid during the call; do not change it.
 * - `poll`: a turn of the manager is over, at this time of `performance.now()`; for those with `polls`.
 * - `error`: a call has failed. A connection then closes; a listener and a server of datagrams stay open.
 * - `close`: it is closed, and no other event follows. Told once. `recv` has what was not used.
 */
export type ManagerEvent =
  | { readonly type: "open" | "resolve" | "connect" | "accept" | "end" | "close" }
  | {
      readonly type: "read" | "write";
      /** How many. */
      readonly bytes: number;
    }
  | {
      readonly type: "wakeup";
      /** What was sent. */
      readonly data: Uint8Array;
    }
  | {
      readonly type: "poll";
      /** Milliseconds, on the clock of `performance.now()`. */
      readonly nowMs: number;
    }
  | {
      readonly type: "error";
      /** Mostly a `SystemError`; of a name that cannot be resolved, the error of `node:dns`. */
      readonly error: Error;
    };

/**
 * Called with each event of a connection, and never while it runs for the same connection. What it throws, or its
 * promise is rejected with, goes to `onError` of the manager, and closes the connection: not a listener, and not a
 * server of datagrams.
 */
export type ManagerHandler = (connection: ManagerConnection, event: ManagerEvent) => unknown;

/** Checks for a function. @throws TypeError: it is something else */
export function checkHandler(handler: ManagerHandler): ManagerHandler {
  if (typeof handler !== "function") throw invalidArgType("handler", "a function", handler);
  return handler;
}
