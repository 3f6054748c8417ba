import { Address, type AddressLike } from "../address/address.ts";
import { isSystemError } from "../errors.ts";
import { createMultiplexer, type MultiplexerName } from "../multiplexer/create.ts";
import { READABLE } from "../multiplexer/multiplexer.ts";
import { type Handler, Reactor, type RunOptions } from "../reactor/reactor.ts";
import { DatagramBatch } from "../socket/datagram_batch.ts";
import { Socket } from "../socket/socket.ts";
import * as sys from "../sys/index.ts";

/** How much a {@link UdpEchoServer} receives at once. */
export interface UdpEchoServerOptions {
  /** Default: "epoll". */
  readonly multiplexer?: MultiplexerName;
  /** Bytes of the longest datagram; longer ones are not answered. Default: 65,535, all there are. */
  readonly datagramSize?: number;
}

/** What a UDP echo server has done so far. */
export interface UdpEchoTotals {
  /** Datagrams received. */
  readonly datagrams: number;
  /** Bytes received. */
  readonly bytes: number;
  /** Datagrams that were not answered: too long, no room to send, or an error of sendmmsg(2). */
  readonly unanswered: number;
}

// One batch per turn, so that timers and other handlers get theirs.
const BATCH = 32;
const MOST_UDP = 65_535;
const PACKET_INFO_SIZE = 64;

/**
 * The UDP echo server of the notes: takes and answers many datagrams in two system calls. Each answer
 * leaves from the address that was asked, also where the server is bound to all of them: IP_PKTINFO.
 */
export class UdpEchoServer implements Handler, Disposable {
  /** What it runs on. */
  readonly reactor: Reactor;
  readonly #socket: Socket;
  readonly #batch: DatagramBatch;
  #datagrams = 0;
  #bytes = 0;
  #unanswered = 0;

  /** @throws SystemError as `Socket.bind` */
  constructor(address: AddressLike, options: UdpEchoServerOptions = {}) {
    const { multiplexer = "epoll", datagramSize = MOST_UDP } = options;
    const local = Address.from(address);
    this.#batch = new DatagramBatch({
      capacity: BATCH,
      slotSize: datagramSize,
      controlSize: PACKET_INFO_SIZE,
      returnControl: true,
    });
    this.#socket = openSocket(local);
    try {
      this.reactor = new Reactor(createMultiplexer(multiplexer));
    } catch (error) {
      this.#socket.close();
      throw error;
    }
    this.reactor.add(this.#socket, READABLE, this);
  }

  /** Where it receives. */
  get address(): Address {
    return this.#socket.localAddress;
  }

  /** What it has done so far. */
  get totals(): UdpEchoTotals {
    return { datagrams: this.#datagrams, bytes: this.#bytes, unanswered: this.#unanswered };
  }

  /** Serves until {@link stop}. Blocks the JavaScript thread. */
  runSync(): void {
    this.reactor.runSync();
  }

  /** As {@link runSync}, with this thread free for Node's own event loop meanwhile. */
  async run(options?: RunOptions): Promise<void> {
    await this.reactor.run(options);
  }

  /** Lets {@link UdpEchoServer.runSync} or {@link UdpEchoServer.run} return. */
  stop(): void {
    this.reactor.stop();
  }

  /** The second time does nothing. */
  close(): void {
    this.reactor.close();
    this.#socket.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** Takes a batch of datagrams and answers them. */
  onReady(): void {
    const count = this.#receive();
    for (let index = 0; index < count; index++) {
      this.#datagrams++;
      this.#bytes += this.#batch.data(index).length;
    }
    for (let first = 0; first < count;) first += this.#answer(first);
  }

  // An error that waits in the socket is about what was sent before.
  #receive(): number {
    try {
      return this.#batch.receive(this.#socket) ?? 0;
    } catch (error) {
      if (isSystemError(error)) return 0;
      throw error;
    }
  }

  /** @returns how many datagrams are done with, sent or given up */
  #answer(first: number): number {
    const left = this.#batch.count - first;
    try {
      const sent = this.#batch.send(this.#socket, first);
      if (sent !== null) return sent;
      // UDP may lose datagrams: to keep them would only make them late.
      this.#unanswered += left;
      return left;
    } catch (error) {
      if (!isSystemError(error)) throw error;
      this.#unanswered++;
      return 1;
    }
  }
}

function openSocket(local: Address): Socket {
  const socket = Socket.open(local.family, sys.SOCK_DGRAM);
  try {
    const isIpv6 = local.family === sys.AF_INET6;
    if (isIpv6) socket.setOption("IPV6_RECVPKTINFO", true);
    else socket.setOption("IP_PKTINFO", true);
    return socket.bind(local);
  } catch (error) {
    socket.close();
    throw error;
  }
}
