import { Address, type AddressLike } from "../address/address.ts";
import { isSystemError } from "../errors.ts";
import { READABLE } from "../multiplexer/multiplexer.ts";
import { Socket } from "../socket/socket.ts";
import * as sys from "../sys/index.ts";
import { Guard } from "./guard.ts";
import { type Handler, type Reactor, sharedBy } from "./reactor.ts";
import { ReserveDescriptor } from "./reserve_descriptor.ts";
import type { Timer } from "./timers.ts";

// Of a crowd that arrives at once, so many per turn: the connections that are open have their turn too.
const ACCEPTS_PER_TURN = 64;
const PAUSE_MS = 100;

// accept(2): the connection broke before it was accepted; the next one may be whole.
const BROKEN = [
  ...["ECONNABORTED", "EINTR", "EPROTO", "ENETDOWN", "ENOPROTOOPT", "EHOSTDOWN", "ENONET"],
  ...["EHOSTUNREACH", "EOPNOTSUPP", "ENETUNREACH", "EPERM", "ETIMEDOUT"],
];

/** What a {@link Listener} does with connections. */
export interface ListenerOptions {
  /** How many connections may wait to be accepted. Default: SOMAXCONN. */
  readonly backlog?: number;
  /** SO_REUSEPORT: other sockets that set it too may share the address. */
  readonly reusePort?: boolean;
  /**
   * Called for each connection; its socket belongs to the callee. When it throws, or its promise is
   * rejected, the socket is closed and the error goes to {@link onError}: one bad client never ends the
   * server.
   */
  readonly onConnection: (socket: Socket) => unknown;
  /** Called with what `onConnection` or `onTurnedAway` has thrown. Default: `onError` of the reactor. */
  readonly onError?: (error: unknown) => void;
  /** Called for each connection that was closed because no descriptor was free. */
  readonly onTurnedAway?: () => void;
}

/** Accepts stream connections on a {@link Reactor}, and survives running out of descriptors. */
export class Listener implements Handler, Disposable {
  readonly #reactor: Reactor;
  readonly #options: ListenerOptions;
  readonly #socket: Socket;
  readonly #reserve: ReserveDescriptor;
  readonly #accept = (): Socket | null => this.#socket.accept();
  readonly #guard: Guard;
  #pause: Timer | null = null;

  /** @throws SystemError EADDRINUSE, EACCES, EADDRNOTAVAIL… that names the address */
  constructor(reactor: Reactor, address: AddressLike, options: ListenerOptions) {
    this.#reactor = reactor;
    this.#options = options;
    const { guard } = sharedBy(reactor);
    this.#guard = options.onError ? new Guard(options.onError) : guard;
    const local = Address.from(address);
    this.#socket = Socket.open(local.family, sys.SOCK_STREAM);
    this.#reserve = new ReserveDescriptor();
    try {
      // A restarted server does not wait for its old connections' TIME_WAIT.
      this.#socket.setOption(sys.SOL_SOCKET, sys.SO_REUSEADDR, 1);
      if (options.reusePort) this.#socket.setOption(sys.SOL_SOCKET, sys.SO_REUSEPORT, 1);
      this.#socket.bind(local).listen(options.backlog);
      reactor.add(this.#socket, READABLE, this);
    } catch (error) {
      this.#socket.close();
      this.#reserve.close();
      throw error;
    }
  }

  /** Where it listens. */
  get address(): Address {
    return this.#socket.localAddress;
  }

  /** Called by the reactor: accepts. */
  onReady(): void {
    for (let accepts = 0; accepts < ACCEPTS_PER_TURN && !this.#socket.closed; accepts++) {
      if (!this.#acceptOne()) return;
    }
    // Edge-triggered, what is still waiting is no new edge; to arm again reports it.
    if (!this.#socket.closed) this.#reactor.modify(this.#socket, READABLE);
  }

  /** Stops listening. Connections stay open. */
  close(): void {
    this.#pause?.cancel();
    this.#reactor.remove(this.#socket);
    this.#socket.close();
    this.#reserve.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** @returns whether there may be another one */
  #acceptOne(): boolean {
    let socket: Socket | null;
    try {
      socket = this.#accept();
    } catch (error) {
      return this.#survive(error);
    }
    if (socket) this.#serve(socket);
    return socket !== null;
  }

  #serve(socket: Socket): void {
    this.#guard.call(() => this.#options.onConnection(socket), socket);
  }

  #survive(error: unknown): boolean {
    if (isSystemError(error, ...BROKEN)) return true;
    if (isSystemError(error, "EMFILE", "ENFILE")) {
      const turnedAway = this.#reserve.turnAway(this.#accept);
      if (turnedAway) this.#guard.call(() => this.#options.onTurnedAway?.());
      if (turnedAway !== null) return turnedAway;
    } else if (!isSystemError(error, "ENOBUFS", "ENOMEM")) {
      throw error;
    }
    // Nothing to be done but to look away for a while: the listener stays readable.
    this.#reactor.modify(this.#socket, 0);
    this.#pause = this.#reactor.setTimer(PAUSE_MS, () => {
      this.#reactor.modify(this.#socket, READABLE);
    });
    return false;
  }
}
