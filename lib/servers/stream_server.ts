import type { Address } from "../address/address.ts";
import { aFunction, invalidState, readOptions } from "../arguments.ts";
import { asParts, wholeOf } from "../descriptors/forgotten.ts";
import { Connection } from "../reactor/connection.ts";
import { type Acceptor, isConnectionSource, type ListenAddress } from "../reactor/acceptor.ts";
import { Listener } from "../reactor/listener.ts";
import type { ListenerOptions } from "../reactor/listener_options.ts";
import type { Reactor, RunOptions } from "../reactor/reactor.ts";
import { sharedBy } from "../reactor/shared.ts";
import { checkDelay, type Timer } from "../reactor/timers.ts";
import type { Guard } from "../runtime/guard.ts";
import type { Socket } from "../socket/socket.ts";
import type { ProxyHeader } from "./proxy_header.ts";
import { HeaderReader } from "./proxy_protocol.ts";
import { Limits, resetAtClose } from "./stream_limits.ts";
import {
  type AnyProtocol,
  checkProtocol,
  isProxied,
  type OnReactor,
  reactorOf,
  SERVER_OPTIONS,
  type ServerProtocol,
  type StreamServerOptions,
  type StreamTotals,
} from "./stream_options.ts";

const DRAIN_MS = 5000;
// After its limit, a server that retires lets its clients have their last answers for so long.
const FINAL_DRAIN_MS = 1000;

/**
 * `retiring`: no new connections, and the open ones go on. `stopping`: they end. `stopped`: all have left, or their
 * time is over.
 */
type Phase = "serving" | "retiring" | "stopping" | "stopped";

/**
 * A server of stream or seqpacket connections, on select, poll or epoll, level- or edge-triggered: a listener, a
 * protocol, counters, limits and a graceful stop. {@link runSync} runs on the calling thread.
 */
export class StreamServer implements Disposable {
  /** What it runs on. */
  readonly reactor: Reactor;
  /** The address that it listens on, also after it was closed. */
  readonly address: Address;
  readonly #protocol: AnyProtocol;
  readonly #ownsReactor: boolean;
  readonly #limits: Limits | null;
  readonly #proxied: boolean;
  readonly #buffers: { readonly highWaterMark?: number };
  readonly #listener: Acceptor;
  readonly #guard: Guard;
  readonly #open = new Set<Connection>();
  #phase: Phase = "serving";
  readonly #onStopped: (() => unknown)[] = [];
  #deadline: Timer | null = null;
  #connections = 0;
  #rejected = 0;
  #broken = 0;
  #peakOpen = 0;
  // Of closed connections.
  #bytesIn = 0;
  #bytesOut = 0;

  /**
   * @param address - where to listen; a socket that listens already, which the server owns from now on; or what
   * hands over connections, such as `WorkerSlot.source`
   * @throws SystemError EADDRINUSE… that names the address. TypeError: an option that does not exist
   */
  constructor(
    address: ListenAddress,
    protocol: ServerProtocol,
    options: StreamServerOptions & OnReactor = {},
  ) {
    const { backlog, type, unlinkStale, highWaterMark, reactor } = readOptions(
      options,
      SERVER_OPTIONS,
    );
    this.#protocol = checkProtocol(protocol);
    this.#proxied = isProxied(options);
    this.#buffers = highWaterMark === undefined ? {} : { highWaterMark };
    this.#ownsReactor = reactor === undefined;
    const whole = wholeOf(new.target.name);
    const accepts = {
      ...(backlog !== undefined && { backlog }),
      ...(type !== undefined && { type }),
      ...(unlinkStale !== undefined && { unlinkStale }),
      onConnection: (socket: Socket) => {
        this.#serve(socket);
      },
      onTurnedAway: () => {
        this.#rejected++;
      },
    };
    this.reactor = asParts(whole, () => reactorOf(options));
    try {
      this.#guard = sharedBy(this.reactor).guard;
      const listens = protocol.onData !== undefined;
      this.#limits = Limits.of(this.reactor, options, listens, this.#proxied);
      this.#listener = asParts(whole, () => acceptorOf(this.reactor, address, accepts));
      this.address = this.#listener.address;
    } catch (error) {
      if (this.#ownsReactor) this.reactor.close();
      throw error;
    }
  }

  /** Its counters so far. */
  get totals(): StreamTotals {
    let [bytesIn, bytesOut] = [this.#bytesIn, this.#bytesOut];
    const limits = this.#limits?.totals;
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
      ...(limits && { limits }),
    };
  }

  /** Serves until {@link stop}. Blocks the JavaScript thread. */
  runSync(): StreamTotals {
    this.#checkOwnsReactor();
    try {
      this.reactor.runSync();
      return this.totals;
    } finally {
      this.close();
    }
  }

  /** As {@link runSync}, with this thread free for Node's own event loop meanwhile. */
  async run(options?: RunOptions): Promise<StreamTotals> {
    this.#checkOwnsReactor();
    try {
      await this.reactor.run(options);
      return this.totals;
    } finally {
      this.close();
    }
  }

  /**
   * Accepts the connections that are already established and no others, answers what has arrived, and lets
   * {@link runSync} or {@link run} return when the last client has left. On a reactor of the caller's, it then
   * closes.
   *
   * @param drainMs - milliseconds after which the remaining connections are closed
   * @param onStopped - called when all that is done, or at once if it is; also of a second call, which changes
   * nothing else
   */
  stop(drainMs = DRAIN_MS, onStopped: () => unknown = () => undefined): void {
    checkDelay(drainMs, "drainMs");
    aFunction(onStopped, "onStopped");
    this.#whenStopped(onStopped);
    if (this.#phase !== "serving" && this.#phase !== "retiring") return;
    this.#phase = "stopping";
    this.#deadline?.cancel();
    this.#deadline = this.reactor.setTimer(drainMs, () => {
      this.#finish();
    });
    this.#listener.drain(() => {
      this.#finishWhenAllHaveLeft();
    });
    for (const connection of this.#open) connection.drain();
    this.#finishWhenAllHaveLeft();
  }

  /**
   * Accepts as {@link stop} does, but serves the open connections on until their clients leave: for a server that
   * another one has followed at the same address.
   *
   * @param limitMs - milliseconds after which the clients that are left are treated as by {@link stop}
   * @param onStopped - called when all that is done
   */
  retire(limitMs = DRAIN_MS, onStopped: () => unknown = () => undefined): void {
    checkDelay(limitMs, "limitMs");
    aFunction(onStopped, "onStopped");
    this.#whenStopped(onStopped);
    if (this.#phase !== "serving") return;
    this.#phase = "retiring";
    this.#deadline = this.reactor.setTimer(limitMs, () => {
      this.stop(FINAL_DRAIN_MS);
    });
    this.#listener.drain(() => {
      this.#finishWhenAllHaveLeft();
    });
    this.#finishWhenAllHaveLeft();
  }

  /** Closes the listener and every connection; a reactor of the caller's stays open. */
  close(): void {
    this.#deadline?.cancel();
    this.#listener.close();
    for (const connection of this.#open) connection.close();
    this.#limits?.close();
    if (this.#ownsReactor) this.reactor.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** @internal Called by its connections, as are the next six. */
  onData(
    connection: Connection,
    buffer: Uint8Array,
    offset: number,
    length: number,
  ): number | undefined {
    return this.#protocol.onData?.(connection, buffer, offset, length);
  }

  /** @internal */
  onEnd(connection: Connection): unknown {
    if (this.#protocol.onEnd) return this.#protocol.onEnd(connection);
    connection.end();
    return undefined;
  }

  /** @internal */
  onDrain(connection: Connection): unknown {
    return this.#protocol.onDrain?.(connection);
  }

  /** @internal */
  onClose(connection: Connection, error: unknown): unknown {
    this.forget(connection, error);
    return this.#protocol.onClose?.(connection, error);
  }

  /** @internal */
  admits(connection: Connection, header: ProxyHeader): boolean {
    const isAdmitted = this.#limits?.identify(connection, header) !== false;
    if (!isAdmitted) this.#rejected++;
    return isAdmitted;
  }

  /** @internal */
  greet(connection: Connection): void {
    this.#connections++;
    if (this.#protocol.onConnect) {
      this.#guard.call(() => this.#protocol.onConnect?.(connection), connection);
    }
  }

  /** @internal */
  forget(connection: Connection, error: unknown): void {
    this.#open.delete(connection);
    this.#limits?.remove(connection);
    this.#bytesIn += connection.bytesIn;
    this.#bytesOut += connection.bytesOut;
    if (error !== null) this.#broken++;
    this.#finishWhenAllHaveLeft();
  }

  #whenStopped(onStopped: () => unknown): void {
    if (this.#phase === "stopped") this.#guard.call(onStopped);
    else this.#onStopped.push(onStopped);
  }

  #finishWhenAllHaveLeft(): void {
    if (this.#open.size === 0 && this.#listener.closed) this.#finish();
  }

  #finish(): void {
    if (this.#phase !== "stopping" && this.#phase !== "retiring") return;
    this.#phase = "stopped";
    this.#deadline?.cancel();
    if (this.#ownsReactor) this.reactor.stop();
    else this.close();
    for (const onStopped of this.#onStopped.splice(0)) this.#guard.call(onStopped);
  }

  #checkOwnsReactor(): void {
    if (!this.#ownsReactor) throw invalidState("whoever has given the reactor runs it");
  }

  #serve(socket: Socket): void {
    const client = this.#limits ? this.#limits.admit(socket, this.#open.size) : "";
    if (client === null) {
      this.#rejected++;
      resetAtClose(socket);
      socket.close();
      return;
    }
    let connection: Connection;
    try {
      const callbacks = this.#proxied ? new HeaderReader(this) : this;
      connection = new Connection(this.reactor, socket, callbacks, this.#buffers);
    } catch {
      // Too many clients: the number is beyond select's capacity, or the kernel's limit of watches is reached.
      this.#rejected++;
      return;
    }
    this.#open.add(connection);
    this.#limits?.add(connection, client);
    this.#peakOpen = Math.max(this.#peakOpen, this.#open.size);
    if (!this.#proxied) this.greet(connection);
    if (this.#phase === "stopping" || this.#phase === "stopped") connection.drain();
  }
}

function acceptorOf(reactor: Reactor, address: ListenAddress, options: ListenerOptions): Acceptor {
  if (isConnectionSource(address)) return address.acceptOn(reactor, options);
  return new Listener(reactor, address, options);
}
