import type { Server, Socket } from "node:net";
import { invalidArgType, invalidState } from "../arguments.ts";

/** A connection or a listener of `node:net` (also of what is built on it, as `node:http` is). */
export type NodeHandle = Socket | Server;

/**
 * The descriptor behind a `net.Socket` or `net.Server`. It stays Node's: do not close it.
 *
 * @throws TypeError: not one of them, such as a `dgram.Socket`, whose handle Node keeps to itself. Error
 * ERR_INVALID_STATE: not open yet, or no more
 */
export function descriptorOfNode(owner: NodeHandle): number {
  const { Socket, Server } = process.getBuiltinModule("node:net");
  if (!(owner instanceof Socket || owner instanceof Server)) {
    throw invalidArgType("owner", "a net.Socket or net.Server", owner);
  }
  // Node has no other way to it than the handle, which all of its own modules use under this name.
  const handle: unknown = Reflect.get(owner, "_handle");
  const fd: unknown =
    typeof handle === "object" && handle !== null && "fd" in handle ? handle.fd : -1;
  if (typeof fd !== "number" || fd < 0) throw invalidState("it has no open descriptor");
  return fd;
}
