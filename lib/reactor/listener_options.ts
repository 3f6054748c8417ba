import { Address } from "../address/address.ts";
import type { AddressLike } from "../address/inputs.ts";
import {
  aBoolean,
  aFunction,
  anInteger,
  checkObject,
  invalidArgValue,
  oneOf,
  type OptionTable,
} from "../arguments.ts";
import { Socket } from "../socket/socket.ts";
import * as sys from "../sys/index.ts";
import type { AcceptHandlers } from "./acceptor.ts";

const TYPES = { stream: sys.SOCK_STREAM, seqpacket: sys.SOCK_SEQPACKET } as const;

/** SOCK_STREAM or SOCK_SEQPACKET. */
export type ConnectionType = "stream" | "seqpacket";

/** What a {@link Listener} does with connections. */
export interface ListenerOptions extends AcceptHandlers {
  /** How many connections may wait to be accepted. Default: SOMAXCONN. */
  readonly backlog?: number;
  /** SO_REUSEPORT: other sockets that set it as well may share the address. */
  readonly reusePort?: boolean;
  /** "seqpacket": connections of unix sockets that keep message boundaries. Default: "stream". */
  readonly type?: ConnectionType;
  /** Whether to delete the file of a unix socket that a dead server left: see {@link Socket.bind}. */
  readonly unlinkStale?: boolean;
  /**
   * EPOLLEXCLUSIVE: of the processes that watch the same listening socket, the kernel wakes only one or a few
   * for each connection. Requires a reactor on epoll.
   */
  readonly exclusive?: boolean;
}

/** The table of these options. */
export const LISTENER_OPTIONS: OptionTable<ListenerOptions> = {
  backlog: anInteger(0, 2 ** 31 - 1),
  reusePort: aBoolean,
  type: oneOf("stream", "seqpacket"),
  unlinkStale: aBoolean,
  exclusive: aBoolean,
  onConnection: aFunction,
  onError: aFunction,
  onTurnedAway: aFunction,
};

/** The socket to accept from, also of another copy of this package. A new one is closed when it fails. */
export function listeningSocket(address: AddressLike | Socket, options: ListenerOptions): Socket {
  checkObject(address, "address");
  if ("listen" in address) {
    if (address.getOption(sys.SOL_SOCKET, sys.SO_ACCEPTCONN) === 0) {
      throw invalidArgValue("address", "a socket that listens", address);
    }
    address.blocking = false;
    return address;
  }
  const { backlog, reusePort = false, type = "stream", unlinkStale = false } = options;
  const local = Address.from(address);
  const socket = Socket.open(local.family, TYPES[type]);
  try {
    // A restarted server does not wait for its old connections' TIME_WAIT.
    socket.setOption(sys.SOL_SOCKET, sys.SO_REUSEADDR, 1);
    if (reusePort) socket.setOption(sys.SOL_SOCKET, sys.SO_REUSEPORT, 1);
    return socket.bind(local, { unlinkStale }).listen(backlog);
  } catch (error) {
    socket.close();
    throw error;
  }
}
