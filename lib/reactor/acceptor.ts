import type { Address, AddressLike } from "../address/address.ts";
import type { Socket } from "../socket/socket.ts";
import type { Reactor } from "./reactor.ts";

/** What is done with new connections, and with errors. */
export interface AcceptHandlers {
  /**
   * Called for each connection; the callee owns its socket. If it throws, or its promise is rejected, the
   * socket is closed and the error goes to {@link onError}: one bad client never ends the server.
   */
  readonly onConnection: (socket: Socket) => unknown;
  /**
   * Called with an error that `onConnection` or `onTurnedAway` throws, and with an error of accept(2) that
   * is not about one connection. After such an error the listener pauses for up to a second; if its
   * descriptor is no longer a listener (EBADF, EINVAL), it closes. docs/errors.md has the table. Default:
   * `onError` of the reactor.
   */
  readonly onError?: (error: unknown) => void;
  /** Called for each connection that was closed because no descriptor was free. */
  readonly onTurnedAway?: () => void;
}

/** Where a server's connections come from: a `Listener`, or what takes them from another process. */
export interface Acceptor extends Disposable {
  /** Where clients connect to. */
  readonly address: Address;
  /** Whether it is closed. */
  readonly closed: boolean;
  /** Hands over the connections that are already established and no others, then closes. */
  drain(onDrained?: () => unknown): void;
  /** Takes no more connections. Those that were handed over stay open. */
  close(): void;
}

/** What a server can be given instead of an address: it makes the {@link Acceptor}. */
export interface ConnectionSource {
  /** Called once, by the server. */
  acceptOn(reactor: Reactor, handlers: AcceptHandlers): Acceptor;
}

/** Where a server listens: an address; a socket that listens already, which it then owns; or a source. */
export type ListenAddress = AddressLike | Socket | ConnectionSource;

/** Whether it is a source. */
export function isConnectionSource(value: ListenAddress): value is ConnectionSource {
  return typeof (value as Partial<ConnectionSource> | null)?.acceptOn === "function";
}
