import type { Server, Socket } from "node:net";
import { invalidArgType, invalidState } from "../arguments.ts";
import { whereFree } from "../descriptors/forgotten.ts";
import * as sys from "../sys/index.ts";

/** A connection or listener of `node:net`, or of a module that builds on it, such as `node:http`. */
export type NodeHandle = Socket | Server;

/** What `node:net` has under the name that all of Node's own modules use: the only way to the descriptor. */
interface Handle {
  readonly fd?: unknown;
  /** Deno's: a duplicate of the descriptor that Deno keeps to itself. */
  fdForIpc?(): unknown;
}

/**
 * A duplicate of the descriptor of a `net.Socket` or `net.Server`, close-on-exec, which the caller owns.
 *
 * @throws TypeError: it is neither. A `dgram.Socket` is not supported, because Node hides its handle. Error
 * ERR_INVALID_STATE: it is not open yet, or was closed. SystemError EMFILE; ENOTSOCK: no socket
 */
export function duplicateOfNode(owner: NodeHandle): number {
  const { Socket, Server } = process.getBuiltinModule("node:net");
  if (!(owner instanceof Socket || owner instanceof Server)) {
    throw invalidArgType("owner", "a net.Socket or net.Server", owner);
  }
  const handle = Reflect.get(owner, "_handle") as Handle | null | undefined;
  if (isDescriptor(handle?.fd)) return duplicate(handle.fd);
  const own = handle?.fdForIpc?.();
  if (!isDescriptor(own)) throw invalidState("owner has no open descriptor");
  try {
    return duplicate(own);
  } finally {
    sys.close(own);
  }
}

function isDescriptor(fd: unknown): fd is number {
  return typeof fd === "number" && fd >= 0;
}

function duplicate(fd: number): number {
  sys.getsockopt(fd, sys.SOL_SOCKET, sys.SO_TYPE);
  return whereFree(() => sys.fcntl(fd, sys.F_DUPFD_CLOEXEC));
}
