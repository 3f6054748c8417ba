import type { Server, Socket } from "node:net";
import { invalidArgType, invalidState } from "../arguments.ts";

/** A connection or listener of `node:net`, or of a module that builds on it, such as `node:http`. */
export type NodeHandle = Socket | Server;

/**
 * The descriptor of a `net.Socket` or `net.Server`. Node still owns it: do not close it.
 *
 * @throws TypeError: it is neither. A `dgram.Socket` is not supported, because Node hides its handle. Error
 * ERR_INVALID_STATE: it is not open yet, or was closed
 */
export function descriptorOfNode(owner: NodeHandle): number {
  const { Socket, Server } = process.getBuiltinModule("node:net");
  if (!(owner instanceof Socket || owner instanceof Server)) {
    throw invalidArgType("owner", "a net.Socket or net.Server", owner);
  }
  // The only way to the descriptor is the handle, which all of Node's own modules use under this name.
  const handle: unknown = Reflect.get(owner, "_handle");
  const fd: unknown =
    typeof handle === "object" && handle !== null && "fd" in handle ? handle.fd : -1;
  if (typeof fd !== "number" || fd < 0) throw invalidState("owner has no open descriptor");
  return fd;
}
