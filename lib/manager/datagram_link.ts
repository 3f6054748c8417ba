import { Address } from "../address/address.ts";
import type { AddressLike } from "../address/inputs.ts";
import { checkSlice } from "../arguments.ts";
import { type SystemError, isSystemError } from "../errors.ts";
import { isOfClass } from "../failures/classes.ts";
import { READABLE } from "../multiplexer/multiplexer.ts";
import { Pause, watchAgain, watchNoMore } from "../reactor/pause.ts";
import type { Handler } from "../reactor/reactor.ts";
import type { Socket } from "../socket/socket.ts";
import type { ManagerCore } from "./core.ts";
import type { Link } from "./link.ts";
import type { ManagerConnection } from "./manager_connection.ts";

// The most datagrams of one socket in a turn, so that others are served too.
const DATAGRAMS_PER_TURN = 64;

/** Whether the socket is read. `held`: the user has paused it. `resting`: a call has failed, and is made later. */
type Reading = "open" | "held" | "resting" | "closed";

/** A UDP socket: of a server, which hears from many peers, or of a client with one. */
export class DatagramLink implements Link, Handler {
  readonly socket: Socket;
  readonly #core: ManagerCore;
  readonly #owner: ManagerConnection;
  readonly #pause: Pause;
  /** The sender of the last datagram; of a client, its server. */
  #peer: Address | null;
  #reading: Reading = "open";
  bytesIn = 0;
  bytesOut = 0;
  readonly writableLength = 0;

  /**
   * @param socket - bound, or connected to `peer`; closed if this fails
   * @throws as `reactor.add`
   */
  constructor(core: ManagerCore, owner: ManagerConnection, socket: Socket, peer: Address | null) {
    this.#core = core;
    this.#owner = owner;
    this.socket = socket;
    this.#peer = peer;
    this.#pause = new Pause(core.reactor, () => {
      if (this.#reading === "resting") this.#readAgain();
    });
    try {
      core.reactor.add(socket, READABLE, this);
    } catch (error) {
      socket.close();
      throw error;
    }
  }

  /** Whom `send` sends to. */
  get peer(): Address | null {
    return this.#peer;
  }

  /** Sends a datagram now, or not at all: UDP may lose it anyway, and later it would only be late. */
  send(data: Uint8Array, offset: number, length: number, to: AddressLike | null): boolean {
    checkSlice(data, offset, length);
    const peer = to === null ? this.#peer : Address.from(to);
    if (this.#reading === "closed" || peer === null) return false;
    try {
      const isConnected = to === null && this.#owner.role === "client";
      const sent = isConnected
        ? this.socket.send(data, offset, length)
        : this.socket.sendTo(data, peer, offset, length);
      if (sent === null) return false;
    } catch (error) {
      if (!isSystemError(error)) throw error;
      // Later: `send` does not call the handler of its own connection.
      this.#core.reactor.setTimer(0, () => {
        this.#failed(error);
      });
      return false;
    }
    this.bytesOut += length;
    this.#core.noteSent(this.#owner);
    return true;
  }

  pause(): void {
    if (this.#reading === "closed") return;
    this.#reading = "held";
    watchNoMore(this.#core.reactor, this.socket);
  }

  resume(): void {
    if (this.#reading === "held") this.#readAgain();
  }

  // Nothing is ever queued.
  drain(): void {
    this.#owner.close();
  }

  end(): void {
    this.#owner.close();
  }

  close(): void {
    if (this.#reading === "closed") return;
    this.#reading = "closed";
    this.#pause.cancel();
    this.#core.reactor.remove(this.socket);
    this.socket.close();
  }

  /** @internal Called by the reactor. */
  onReady(): void {
    for (let count = 0; this.#reading === "open"; count++) {
      if (count === DATAGRAMS_PER_TURN) {
        // Edge-triggered, those that are left cause no other event.
        if (this.#core.reactor.multiplexer.edge) this.#core.reactor.modify(this.socket, READABLE);
        return;
      }
      if (!this.#receive()) return;
    }
  }

  /** @returns whether there may be more */
  #receive(): boolean {
    const memory = this.#core.datagram;
    try {
      const received = this.socket.recvFrom(memory);
      if (received === null) return false;
      this.#pause.reset();
      if (received.address && this.#owner.role !== "client") this.#peer = received.address;
      this.#deliver(memory, received.size);
      return true;
    } catch (error) {
      if (!isSystemError(error)) throw error;
      return this.#survive(error);
    }
  }

  #deliver(memory: Uint8Array, size: number): void {
    const { recv } = this.#owner;
    this.bytesIn += size;
    recv.take(memory, 0, size);
    this.#owner.tell({ type: "read", bytes: size });
    recv.clear(); // what is left of a datagram does not belong to the next one
  }

  #survive(error: SystemError): boolean {
    if (isOfClass(error, "recv", "retry")) return true;
    this.#failed(error);
    if (this.#reading !== "open") return false;
    // Whatever it is, it may persist, and would be told without end.
    this.#reading = "resting";
    this.#pause.begin();
    watchNoMore(this.#core.reactor, this.socket);
    return false;
  }

  /** A client has lost its server. A server may have others to talk to. */
  #failed(error: SystemError): void {
    const isOver = this.#owner.role === "client" || error.code === "EBADF";
    const passes = isOfClass(error, "recv", "pause");
    if (isOver && !passes) this.#owner.fail(error);
    else this.#owner.tell({ type: "error", error });
  }

  #readAgain(): void {
    this.#reading = "open";
    try {
      watchAgain(this.#core.reactor, this.socket, this);
    } catch (error) {
      this.#owner.gone(error);
    }
  }
}
