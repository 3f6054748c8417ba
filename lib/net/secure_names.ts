import { AsyncLocalStorage } from "node:async_hooks";
import type { Server as NodeServer } from "node:net";
import type { Socket } from "./socket.ts";

const NAMES = [
  ...(["remoteAddress", "remotePort", "remoteFamily"] as const),
  ...(["localAddress", "localPort", "localFamily"] as const),
];

/**
 * A TLSSocket over a stream does not know who its peer is, and a server of node:https would not either: each gets the addresses
 * of the socket that it runs over. They belong together by their asynchronous context, because a TLSSocket is made within the
 * event "connection".
 *
 * @returns runs what emits "connection"
 */
export function nameSecureSockets(server: NodeServer): (socket: Socket, emit: () => void) => void {
  if (!("setSecureContext" in server)) return (_, emit) => emit();
  const connections = new AsyncLocalStorage<Socket>();
  server.prependListener("secureConnection", (secure: object) => {
    const socket = connections.getStore();
    if (!socket) return;
    for (const name of NAMES) {
      Object.defineProperty(secure, name, { get: () => socket[name], configurable: true });
    }
  });
  return (socket, emit) => {
    connections.run(socket, emit);
  };
}
