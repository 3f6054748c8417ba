import { Address, type AddressLike } from "../address/address.ts";
import { invalidState, type OptionTable, readOptions } from "../arguments.ts";
import { asParts, wholeOf } from "../descriptors/forgotten.ts";
import { isSystemError } from "../errors.ts";
import type { Reactor, RunOptions } from "../reactor/reactor.ts";
import { createStreamServer, type Service } from "./services.ts";
import {
  ON_REACTOR,
  type OnReactor,
  reactorOf,
  STREAM_OPTIONS,
  type StreamServerOptions,
  type StreamTotals,
} from "./stream_options.ts";
import type { StreamServer } from "./stream_server.ts";
import {
  aDatagramSize,
  udpServer,
  type UdpEchoServer,
  type UdpEchoTotals,
} from "./udp_echo_server.ts";

/** Options of a {@link TcpUdpEchoServer}. */
export interface TcpUdpEchoOptions extends Omit<StreamServerOptions, "type" | "unlinkStale"> {
  /** The size of the longest datagram in bytes; longer ones are not answered. Default: 65,535. */
  readonly datagramSize?: number;
}

/** Counters of a {@link TcpUdpEchoServer}. */
export interface TcpUdpEchoTotals {
  /** Of the connections. */
  readonly tcp: StreamTotals;
  /** Of the datagrams. */
  readonly udp: UdpEchoTotals;
}

const { type: _type, unlinkStale: _unlinkStale, ...TCP_OPTIONS } = STREAM_OPTIONS;
const OPTIONS: OptionTable<TcpUdpEchoOptions & OnReactor> = {
  ...TCP_OPTIONS,
  ...ON_REACTOR,
  datagramSize: aDatagramSize,
};

/** How many free ports of TCP are tried, until one is free for UDP as well. */
const MAX_PORTS = 64;

/**
 * The server of the notes with TCP and UDP on one port: one loop watches the listener, its connections and the
 * UDP socket, and echoes on all of them. An `EchoServer` and a {@link UdpEchoServer} on one reactor.
 */
export class TcpUdpEchoServer implements Disposable {
  /** What it runs on. */
  readonly reactor: Reactor;
  /** The address of both, also after it was closed. */
  readonly address: Address;
  readonly #ownsReactor: boolean;
  readonly #tcp: StreamServer;
  readonly #udp: UdpEchoServer;

  /**
   * @param address - with port 0, one that is free for both
   * @throws SystemError EADDRINUSE… that names the address. TypeError: an option that does not exist
   */
  constructor(address: AddressLike, options?: TcpUdpEchoOptions & OnReactor);
  /** @internal As one that serves something else. */
  // oxlint-disable-next-line typescript/unified-signatures -- only this one is internal
  constructor(address: AddressLike, options: TcpUdpEchoOptions & OnReactor, service: Service);
  constructor(
    address: AddressLike,
    options: TcpUdpEchoOptions & OnReactor = {},
    service: Service = "echo",
  ) {
    const { datagramSize, multiplexer, edge, capacity, ...others } = readOptions(options, OPTIONS);
    const whole = wholeOf("TcpUdpEchoServer");
    this.reactor = asParts(whole, () => reactorOf(options));
    this.#ownsReactor = others.reactor === undefined;
    const { reactor } = this;
    const onUdp = { reactor, ...(datagramSize !== undefined && { datagramSize }) };
    try {
      [this.#tcp, this.#udp] = asParts(whole, () =>
        onOnePort(
          Address.from(address),
          (local) => createStreamServer(service, local, { ...others, reactor }),
          (local) => udpServer(service, local, onUdp),
        ),
      );
    } catch (error) {
      if (this.#ownsReactor) reactor.close();
      throw error;
    }
    this.address = this.#tcp.address;
  }

  /** Its counters so far. */
  get totals(): TcpUdpEchoTotals {
    return { tcp: this.#tcp.totals, udp: this.#udp.totals };
  }

  /** Serves until {@link stop}. Blocks the JavaScript thread. */
  runSync(): TcpUdpEchoTotals {
    this.#checkOwnsReactor();
    try {
      this.reactor.runSync();
      return this.totals;
    } finally {
      this.close();
    }
  }

  /** As {@link runSync}, with this thread free for Node's own event loop meanwhile. */
  async run(options?: RunOptions): Promise<TcpUdpEchoTotals> {
    this.#checkOwnsReactor();
    try {
      await this.reactor.run(options);
      return this.totals;
    } finally {
      this.close();
    }
  }

  /**
   * Answers the datagrams that have arrived and closes that socket; ends the connections as
   * `EchoServer.stop` does. {@link runSync} or {@link run} then returns.
   *
   * @param drainMs - milliseconds after which the remaining connections are closed
   * @param onStopped - called when all that is done, or at once if it is; also of a second call
   */
  stop(drainMs?: number, onStopped: () => unknown = () => undefined): void {
    this.#tcp.stop(drainMs, () => {
      if (this.#ownsReactor) this.reactor.stop();
      return onStopped();
    });
    this.#udp.stop();
  }

  /** Closes both sockets and every connection; a reactor of the caller's stays open. */
  close(): void {
    this.#tcp.close();
    this.#udp.close();
    if (this.#ownsReactor) this.reactor.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #checkOwnsReactor(): void {
    if (!this.#ownsReactor) throw invalidState("whoever has given the reactor runs it");
  }
}

/**
 * Opens one after the other on the same port. With port 0, until the first one's port is free for the second; ports
 * that are not stay taken meanwhile, so that each is tried once.
 */
function onOnePort<A extends Disposable & { readonly address: Address }, B>(
  address: Address,
  openFirst: (address: Address) => A,
  openSecond: (address: Address) => B,
): [A, B] {
  const failed: A[] = [];
  try {
    for (;;) {
      const first = openFirst(address);
      failed.push(first);
      try {
        const second = openSecond(first.address);
        failed.pop();
        return [first, second];
      } catch (error) {
        const isTaken = isSystemError(error, "EADDRINUSE") && address.port === 0;
        if (!isTaken || failed.length === MAX_PORTS) throw error;
      }
    }
  } finally {
    for (const first of failed) first[Symbol.dispose]();
  }
}
