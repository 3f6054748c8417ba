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
import { listenAt } from "../socket/create_server.ts";
import type { Socket } from "../socket/socket.ts";
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
  /**
   * Whether a connection is closed for which no descriptor is free (EMFILE, ENFILE). Default: `true`. `false`: it
   * stays queued until one is.
   */
  readonly turnAway?: boolean;
  /** The most connections accepted in a turn. With 1, `pause` in `onConnection` lets no other come. Default: 64. */
  readonly acceptsPerTurn?: number;
}

/** The most connections accepted in a turn, so that open connections are served too. */
export const ACCEPTS_PER_TURN = 64;

/** The table of these options. */
export const LISTENER_OPTIONS: OptionTable<ListenerOptions> = {
  backlog: anInteger(0, 2 ** 31 - 1),
  reusePort: aBoolean,
  type: oneOf("stream", "seqpacket"),
  unlinkStale: aBoolean,
  exclusive: aBoolean,
  turnAway: aBoolean,
  acceptsPerTurn: anInteger(1, ACCEPTS_PER_TURN),
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
  const { backlog, reusePort, type = "stream", unlinkStale } = options;
  return listenAt(Address.from(address), { backlog, reusePort, type: TYPES[type], unlinkStale });
}
