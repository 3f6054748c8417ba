import type { Address, AddressLike } from "../address/address.ts";
import { type OptionTable, aBoolean, anInteger, oneOf, readOptions } from "../arguments.ts";
import { asParts, wholeOf } from "../descriptors/forgotten.ts";
import { MULTIPLEXERS, type MultiplexerName, createMultiplexer } from "../multiplexer/create.ts";
import { Connection } from "../reactor/connection.ts";
import { Listener } from "../reactor/listener.ts";
import { type Handler, Reactor, type RunOptions } from "../reactor/reactor.ts";
import { checkDelay } from "../reactor/timers.ts";
import type { Socket } from "../socket/socket.ts";
import { TRANSFORMS, type Transform, type TransformName, upper } from "./transform.ts";

/** Options of an {@link EchoServer}. */
export interface EchoServerOptions {
  /** Default: "epoll". */
  readonly multiplexer?: MultiplexerName;
  /** Edge-triggered; epoll only. Default: `false`. */
  readonly edge?: boolean;
  /** Descriptors below this number can be watched; select only. Default: FD_SETSIZE (1024). */
  readonly capacity?: number;
  /** How the bytes change before they are sent back. Default: "none". */
  readonly transform?: TransformName;
  /** How many connections may wait to be accepted. Default: SOMAXCONN. */
  readonly backlog?: number;
  /** The most bytes that a client may leave unread before nothing more is received from it. Default: 64 KiB. */
  readonly highWaterMark?: number;
}

/** Counters of an echo server. */
export interface EchoTotals {
  /** Connections that were served. */
  readonly connections: number;
  /** Connections that were closed immediately, for lack of a descriptor or of room in the set. */
  readonly rejected: number;
  /** Connections that ended with an error (ECONNRESET, EPIPE, …). */
  readonly broken: number;
  /** Connections that are open. */
  readonly open: number;
  /** The most connections that were open at the same time. */
  readonly peakOpen: number;
  /** Bytes received. */
  readonly bytesIn: number;
  /** Bytes sent. */
  readonly bytesOut: number;
}

/** Also used by `EchoThread`. */
export const ECHO_OPTIONS: OptionTable<EchoServerOptions> = {
  multiplexer: oneOf(...MULTIPLEXERS),
  edge: aBoolean,
  capacity: anInteger(1, 2 ** 30),
  transform: oneOf(...TRANSFORMS),
  backlog: anInteger(0, 2 ** 31 - 1),
  // Checked here: an invalid value would turn away each client without an error.
  highWaterMark: anInteger(1, 2 ** 30),
};
const DRAIN_MS = 5000;

/**
 * The TCP echo servers of the notes in one class: select, poll, epoll level- or edge-triggered, plain or
 * upper-casing. {@link runSync} runs on the calling thread; `EchoThread` starts one in a worker.
 */
export class EchoServer implements Disposable {
  /** What it runs on. */
  readonly reactor: Reactor;
  /** The address that it listens on, also after it was closed. */
  readonly address: Address;
  readonly #options: EchoServerOptions;
  readonly #transform: Transform | null;
  readonly #listener: Listener;
  readonly #open = new Set<Connection>();
  #stopping = false;
  #connections = 0;
  #rejected = 0;
  #broken = 0;
  #peakOpen = 0;
  // Of closed connections.
  #bytesIn = 0;
  #bytesOut = 0;

  /** @throws SystemError EADDRINUSE… that names the address. TypeError: an option that does not exist */
  constructor(address: AddressLike, options: EchoServerOptions = {}) {
    const {
      multiplexer = "epoll",
      edge = false,
      capacity,
      transform = "none",
      backlog,
    } = readOptions(options, ECHO_OPTIONS);
    this.#options = options;
    this.#transform = transform === "upper" ? upper : null;
    const whole = wholeOf("EchoServer");
    const waits = { edge, ...(capacity !== undefined && { capacity }) };
    const accepts = {
      ...(backlog !== undefined && { backlog }),
      onConnection: (socket: Socket) => {
        this.#serve(socket);
      },
      onTurnedAway: () => {
        this.#rejected++;
      },
    };
    this.reactor = new Reactor(
      asParts(whole, () => createMultiplexer<Handler>(multiplexer, waits)),
    );
    try {
      this.#listener = asParts(whole, () => new Listener(this.reactor, address, accepts));
      this.address = this.#listener.address;
    } catch (error) {
      this.reactor.close();
      throw error;
    }
  }

  /** Its counters so far. */
  get totals(): EchoTotals {
    let [bytesIn, bytesOut] = [this.#bytesIn, this.#bytesOut];
    for (const connection of this.#open) {
      bytesIn += connection.bytesIn;
      bytesOut += connection.bytesOut;
    }
    return {
      connections: this.#connections,
      rejected: this.#rejected,
      broken: this.#broken,
      open: this.#open.size,
      peakOpen: this.#peakOpen,
      bytesIn,
      bytesOut,
    };
  }

  /** Serves until {@link stop}. Blocks the JavaScript thread. */
  runSync(): EchoTotals {
    try {
      this.reactor.runSync();
      return this.totals;
    } finally {
      this.close();
    }
  }

  /** As {@link runSync}, with this thread free for Node's own event loop meanwhile. */
  async run(options?: RunOptions): Promise<EchoTotals> {
    try {
      await this.reactor.run(options);
      return this.totals;
    } finally {
      this.close();
    }
  }

  /**
   * Accepts the connections that are already established and no others, answers what has arrived, and lets
   * {@link runSync} or {@link run} return when the last client has left.
   *
   * @param drainMs - milliseconds after which the remaining connections are closed
   */
  stop(drainMs = DRAIN_MS): void {
    checkDelay(drainMs, "drainMs");
    if (this.#stopping) return;
    this.#stopping = true;
    this.#listener.drain(() => {
      this.#stopWhenAllHaveLeft();
    });
    for (const connection of this.#open) connection.drain();
    this.#stopWhenAllHaveLeft();
    this.reactor.setTimer(drainMs, () => {
      this.reactor.stop();
    });
  }

  /** Closes the listener and every connection. */
  close(): void {
    this.#listener.close();
    for (const connection of this.#open) connection.close();
    this.reactor.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** @internal Called by its connections, as are {@link onEnd} and {@link onClose}. */
  onData(connection: Connection, buffer: Uint8Array, offset: number, length: number): undefined {
    this.#transform?.(buffer, offset, length);
    connection.write(buffer, offset, length);
  }

  /** @internal */
  onEnd(connection: Connection): void {
    connection.end();
  }

  /** @internal */
  onClose(connection: Connection, error: unknown): void {
    this.#open.delete(connection);
    this.#bytesIn += connection.bytesIn;
    this.#bytesOut += connection.bytesOut;
    if (error !== null) this.#broken++;
    this.#stopWhenAllHaveLeft();
  }

  #stopWhenAllHaveLeft(): void {
    const haveLeft = this.#open.size === 0 && this.#listener.closed;
    if (this.#stopping && haveLeft) this.reactor.stop();
  }

  #serve(socket: Socket): void {
    const { highWaterMark } = this.#options;
    let connection: Connection;
    try {
      connection = new Connection(
        this.reactor,
        socket,
        this,
        highWaterMark === undefined ? {} : { highWaterMark },
      );
    } catch {
      // Too many clients: the number is beyond select's capacity, or the kernel's limit of watches is reached.
      this.#rejected++;
      return;
    }
    this.#open.add(connection);
    this.#connections++;
    this.#peakOpen = Math.max(this.#peakOpen, this.#open.size);
    if (this.#stopping) connection.drain();
  }
}
