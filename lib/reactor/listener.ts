import type { Address, AddressLike } from "../address/address.ts";
import { aFunction, contradiction, readOptions } from "../arguments.ts";
import { fdOf } from "../descriptors/descriptor.ts";
import { type Whole, asParts, reclaim, wholeOf } from "../descriptors/forgotten.ts";
import { SystemError, isSystemError } from "../errors.ts";
import { MAX_ATTEMPTS, classOf, isOfClass } from "../failures/classes.ts";
import { EpollMultiplexer } from "../multiplexer/epoll.ts";
import { READABLE } from "../multiplexer/multiplexer.ts";
import { Guard } from "../runtime/guard.ts";
import { PeerNames } from "../socket/names.ts";
import type { Socket } from "../socket/socket.ts";
import { acceptedSocket } from "../socket/socket.ts";
import * as sys from "../sys/index.ts";
import type { Acceptor } from "./acceptor.ts";
import {
  ACCEPTS_PER_TURN,
  LISTENER_OPTIONS,
  type ListenerOptions,
  listeningSocket,
} from "./listener_options.ts";
import { Newcomer, refuseNewcomers } from "./newcomers.ts";
import { Pause, watchAgain, watchNoMore } from "./pause.ts";
import type { Reactor } from "./reactor.ts";
import { sharedBy } from "./shared.ts";
import { ReserveDescriptor } from "./reserve_descriptor.ts";

// A call that finds nothing costs the kernel as much as one that does. So a turn asks for no more
// connections than the last one found. After this many turns in a row that found all they asked for, the
// next one asks for twice as many.
const FULL_TURNS = 4;
// More than any queue holds: a kernel that goes on queueing must not keep the listener from closing.
const MAX_QUEUED = 65_536;
const FLAGS = sys.SOCK_NONBLOCK | sys.SOCK_CLOEXEC;

const { EAGAIN } = sys.errno;

/** Accepts stream connections on a {@link Reactor}, and survives running out of descriptors. */
export class Listener implements Acceptor {
  readonly #reactor: Reactor;
  readonly #options: ListenerOptions;
  readonly #whole: Whole = wholeOf("Listener");
  readonly #socket: Socket;
  readonly #reserve: ReserveDescriptor;
  readonly #guard: Guard;
  /** Whether connections are known to be streams, without asking the kernel. */
  readonly #streams: boolean;
  readonly #results = new Int32Array(ACCEPTS_PER_TURN);
  readonly #tickets = new Int32Array(ACCEPTS_PER_TURN);
  readonly #names: PeerNames;
  #limit = 1;
  #fullTurns = 0;
  #broken = 0;
  #emptyAccepts = 0;
  readonly #pause: Pause;
  /** Whether the user has paused it. */
  #held = false;
  /** Set by {@link drain}: called when the listener has closed. */
  #onDrained: (() => unknown) | null = null;

  /**
   * @param address - where to listen; or a socket that is bound and listens, for example one that systemd
   * has passed: the listener owns it from now on, and its options stay as they are
   * @throws SystemError EADDRINUSE, EACCES, EADDRNOTAVAIL… that names the address. TypeError: the socket does
   * not listen; it stays open
   */
  constructor(reactor: Reactor, address: AddressLike | Socket, options: ListenerOptions) {
    this.#reactor = reactor;
    this.#options = readOptions(options, LISTENER_OPTIONS);
    aFunction(options.onConnection, "options.onConnection");
    this.#pause = new Pause(reactor, () => {
      this.#lookAgain();
    });
    const { guard } = sharedBy(reactor);
    this.#guard = options.onError ? new Guard(options.onError) : guard;
    this.#socket = asParts(this.#whole, () => listeningSocket(address, options));
    this.#streams = this.#socket.type === sys.SOCK_STREAM;
    this.#names = new PeerNames(ACCEPTS_PER_TURN, this.#socket.family);
    this.#reserve = asParts(this.#whole, () => new ReserveDescriptor());
    try {
      this.#watch();
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

  /** @internal How often accept4(2) has answered EAGAIN. */
  get emptyAccepts(): number {
    return this.#emptyAccepts;
  }

  /** @internal Called by the reactor: accepts. */
  onReady(): void {
    // Edge-triggered: connections that still wait do not cause another edge.
    const { edge } = this.#reactor.multiplexer;
    const limit = edge ? this.#most : this.#limit;
    for (let accepts = 0; accepts < limit && this.#accepts;) {
      const accepted = this.#accept(limit - accepts);
      if (accepted === null) return;
      accepts += accepted;
    }
    if (!this.#accepts) return;
    if (edge) this.#reactor.modify(this.#socket, READABLE);
    else if (++this.#fullTurns >= FULL_TURNS) this.#expect(2 * limit);
  }

  get #most(): number {
    return this.#options.acceptsPerTurn ?? ACCEPTS_PER_TURN;
  }

  get #accepts(): boolean {
    return !this.#socket.closed && !this.#held;
  }

  /** Whether the listener is closed. */
  get closed(): boolean {
    return this.#socket.closed;
  }

  /** Accepts no more connections until {@link resume}: they stay queued. Does nothing while it drains. */
  pause(): void {
    if (this.#held || this.#socket.closed || this.#onDrained) return;
    this.#held = true;
    watchNoMore(this.#reactor, this.#socket);
  }

  /** Accepts again after {@link pause}. */
  resume(): void {
    if (!this.#held) return;
    this.#held = false;
    if (!this.#socket.closed && !this.#onDrained && !this.#pause.pending) this.#watchAgain();
  }

  /**
   * Accepts the connections that are already established and no others, and closes; {@link close} alone
   * would reset them. All this is done when it returns, unless accept(2) fails, for example because no
   * descriptor is free: then it tries again until {@link close}.
   *
   * @param onDrained - called when it has closed
   */
  drain(onDrained: () => unknown = () => undefined): void {
    if (this.#socket.closed || this.#onDrained) return;
    this.#onDrained = onDrained;
    watchNoMore(this.#reactor, this.#socket);
    refuseNewcomers(this.#socket);
    this.#acceptAll();
  }

  /** Stops listening. Accepted connections stay open. Connections not yet accepted are reset. */
  close(): void {
    if (this.#socket.closed) return;
    this.#pause.cancel();
    this.#reactor.remove(this.#socket);
    this.#reserve.close();
    try {
      this.#socket.close();
    } finally {
      if (this.#onDrained) this.#guard.call(this.#onDrained);
    }
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** Closes after the last one. If accept(2) fails, this is called again at the end of the pause. */
  #acceptAll(): void {
    for (let accepted = 0; accepted < MAX_QUEUED && !this.#socket.closed;) {
      const more = this.#accept(ACCEPTS_PER_TURN);
      if (more === null) return;
      accepted += more;
    }
    this.close();
  }

  #watch(): void {
    const { multiplexer } = this.#reactor;
    if (this.#options.exclusive !== true) this.#reactor.add(this.#socket, READABLE, this);
    else if (multiplexer instanceof EpollMultiplexer) {
      const { edge } = multiplexer;
      multiplexer.add(this.#socket, READABLE, this, { edge, exclusive: true });
    } else throw contradiction("options.exclusive", multiplexer.name, "only epoll has it");
  }

  #expect(connections: number): void {
    this.#limit = Math.max(1, Math.min(this.#most, connections));
    this.#fullTurns = 0;
  }

  /** @returns how many connections were accepted or lost; `null` if none is left, or it pauses */
  #accept(limit: number): number | null {
    const { bytes, lengths } = this.#names;
    const results = this.#results;
    const fd = fdOf(this.#socket);
    const count = sys.acceptMany(fd, FLAGS, results, this.#tickets, limit, bytes, lengths);
    const last = results[count - 1]!;
    const accepted = last < 0 ? count - 1 : count;
    if (accepted === 1) this.#serve(this.#own(0, limit));
    else if (accepted > 1) this.#serveAll(accepted, limit);
    if (accepted > 0) {
      this.#broken = 0;
      this.#pause.reset();
    }
    if (last >= 0) return count;
    if (this.#socket.closed) return null;
    if (last !== -EAGAIN) return this.#survive(new SystemError(-last, "accept4")) ? count : null;
    this.#emptyAccepts++;
    if (this.#onDrained) this.close();
    else this.#expect(accepted);
    return null;
  }

  // Every descriptor has an owner before the first handler runs, which may wait, throw or close.
  #serveAll(count: number, limit: number): void {
    const sockets: Socket[] = [];
    for (let index = 0; index < count; index++) sockets.push(this.#own(index, limit));
    for (const socket of sockets) this.#serve(socket);
  }

  #own(index: number, limit: number): Socket {
    const peer = this.#names.copy(index, limit);
    return acceptedSocket(this.#results[index]!, this.#tickets[index]!, this.#streams, peer);
  }

  #serve(socket: Socket): void {
    if (this.#socket.closed) {
      socket.close();
      return;
    }
    this.#guard.call(() => this.#options.onConnection(socket), new Newcomer(socket));
  }

  /** @returns whether to accept again immediately */
  #survive(error: SystemError): boolean {
    const errorClass = classOf("accept", error.code);
    if (errorClass === "retry" && ++this.#broken < MAX_ATTEMPTS) return true;
    if (errorClass === "turn away") {
      // Once per pause: collecting garbage takes long.
      if (!this.#pause.persists && reclaim()) return true;
      // No new connections arrive while it drains: it can wait until others have closed.
      const canWait = this.#onDrained !== null || this.#options.turnAway === false;
      const turnedAway = canWait ? null : this.#turnAway();
      if (turnedAway) this.#guard.call(() => this.#options.onTurnedAway?.());
      if (turnedAway !== null) return turnedAway;
    }
    if (errorClass !== "turn away" || !this.#onDrained) this.#guard.tell(error);
    if (errorClass === "close") this.#giveUp();
    else if (!this.#socket.closed) this.#lookAway();
    return false;
  }

  #giveUp(): void {
    try {
      this.close();
    } catch (error) {
      if (!isSystemError(error, "EBADF")) throw error; // other code has closed it; `onError` knows
    }
  }

  #turnAway(): boolean | null {
    const fd = fdOf(this.#socket);
    return asParts(this.#whole, () => this.#reserve.turnAway(() => sys.accept4(fd, FLAGS)));
  }

  // The listener stays readable: being reported over and over would keep the processor busy.
  #lookAway(): void {
    this.#broken = 0;
    this.#pause.begin();
    watchNoMore(this.#reactor, this.#socket);
  }

  #lookAgain(): void {
    // Without a free descriptor accept(2) fails even if no connection waits, and no event reports that.
    if (this.#onDrained) this.#acceptAll();
    else if (!this.#held) this.#watchAgain();
  }

  #watchAgain(): void {
    try {
      watchAgain(this.#reactor, this.#socket, this, () => {
        this.#watch();
      });
    } catch (error) {
      this.#guard.tell(error);
      if (this.#socket.closed) return;
      // Not enough memory for this either: it is tried again.
      if (isOfClass(error, "EPOLL_CTL_ADD", "throw") && error.code !== "EBADF") this.#pause.begin();
      else this.#giveUp();
    }
  }
}
