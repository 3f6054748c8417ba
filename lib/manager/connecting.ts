import { Address } from "../address/address.ts";
import { detailsOf } from "../address/details.ts";
import { SystemError, withDetails } from "../errors.ts";
import { Backoff } from "../failures/backoff.ts";
import { isOfClass } from "../failures/classes.ts";
import { WRITABLE } from "../multiplexer/multiplexer.ts";
import type { Handler } from "../reactor/reactor.ts";
import type { Timer } from "../reactor/timers.ts";
import { Socket } from "../socket/socket.ts";
import * as sys from "../sys/index.ts";
import type { ManagerCore } from "./core.ts";
import type { Beginning } from "./link.ts";
import { type ManagerUrl, numericAddress } from "./manager_url.ts";

// There is no event for room in the full queue of a unix listener.
const FIRST_RETRY_MS = 5;
const MAX_RETRY_MS = 100;

/** What a {@link Connecting} tells. After `failed` and `connected` it tells nothing more. */
export interface ConnectingEvents {
  resolved(): void;
  connected(socket: Socket, peer: Address): void;
  failed(error: Error): void;
}

/** Resolves a host, and connects to one of its addresses after the other, until one is reached. */
export class Connecting implements Beginning, Handler {
  socket: Socket | null = null;
  readonly #core: ManagerCore;
  readonly #events: ConnectingEvents;
  readonly #type: number;
  readonly #retry = new Backoff(FIRST_RETRY_MS, MAX_RETRY_MS);
  readonly #deadline: Timer | null = null;
  #addresses: readonly Address[] = [];
  /** The next step, if it is not an event of the socket: it starts in a turn, never within `connect`. */
  #step: Timer | null = null;
  #cancelLookup: () => void = () => undefined;
  #closed = false;

  constructor(core: ManagerCore, url: ManagerUrl, timeoutMs: number, events: ConnectingEvents) {
    this.#core = core;
    this.#events = events;
    this.#type = url.transport === "udp" ? sys.SOCK_DGRAM : sys.SOCK_STREAM;
    const { reactor } = core;
    if (timeoutMs !== Infinity) this.#deadline = reactor.setTimer(timeoutMs, () => this.#timeOut());
    const known = url.transport === "unix" ? url.address : numericAddress(url.host, url.port);
    if (known) this.#next(0, () => this.#resolved([known]));
    else if (url.transport !== "unix") this.#lookUp(url.host, url.port);
  }

  close(): void {
    this.#closed = true;
    this.#deadline?.cancel();
    this.#step?.cancel();
    this.#cancelLookup();
    this.#drop();
  }

  /** @internal Called by the reactor: the outcome is known. */
  onReady(): void {
    const { socket } = this;
    if (!socket) return;
    const error = socket.takeError();
    if (error) this.#tryNext(new SystemError(-error.errno, "connect", detailsOf(this.#address)));
    else this.#connected(socket);
  }

  get #address(): Address {
    return this.#addresses[0]!;
  }

  #lookUp(host: string, port: number): void {
    this.#cancelLookup = this.#core.resolver.lookUp(host, (error, hosts) => {
      if (error) this.#fail(error);
      else this.#resolved(hosts.map((address) => Address.from({ address, port })));
    });
  }

  #resolved(addresses: readonly Address[]): void {
    this.#addresses = addresses;
    this.#events.resolved();
    if (!this.#closed) this.#attempt();
  }

  #attempt(): void {
    try {
      this.socket ??= Socket.open(this.#address.family, this.#type);
      const state = this.#connect(this.socket);
      if (state === true) this.#connected(this.socket);
      else if (state === null) this.#next(this.#retry.fail(), () => this.#attempt());
      else this.#core.reactor.add(this.socket, WRITABLE, this);
    } catch (error) {
      this.#tryNext(error as Error);
    }
  }

  /** @returns as `Socket.connect` */
  #connect(socket: Socket): boolean | null {
    try {
      return withDetails(detailsOf(this.#address), () => socket.connect(this.#address));
    } catch (error) {
      if (isOfClass(error, "connect", "under way")) return false;
      if (isOfClass(error, "connect", "pause")) return null;
      throw error;
    }
  }

  /** This address has failed: the next one, if there is one, may be reached. */
  #tryNext(error: Error): void {
    this.#drop();
    if (this.#addresses.length <= 1) {
      this.#fail(error);
      return;
    }
    this.#addresses = this.#addresses.slice(1);
    this.#attempt();
  }

  #connected(socket: Socket): void {
    this.#core.reactor.remove(socket);
    this.socket = null; // it belongs to the connection from now on
    const address = this.#address;
    this.close();
    this.#events.connected(socket, address);
  }

  #timeOut(): void {
    const details = this.#addresses.length > 0 ? detailsOf(this.#address) : {};
    this.#fail(new SystemError(sys.errno.ETIMEDOUT, "connect", details));
  }

  #fail(error: Error): void {
    this.close();
    this.#events.failed(error);
  }

  #drop(): void {
    if (this.socket) this.#core.reactor.remove(this.socket);
    this.socket?.close();
    this.socket = null;
  }

  #next(delayMs: number, step: () => void): void {
    this.#step = this.#core.reactor.setTimer(delayMs, step);
  }
}
