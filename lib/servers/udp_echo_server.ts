import { Address, type AddressLike } from "../address/address.ts";
import { anInteger, invalidState, oneOf, type OptionTable, readOptions } from "../arguments.ts";
import { clearSource, OUT_OF_HOPS, returnControl } from "../cmsg/returned.ts";
import { roomFor } from "../cmsg/room.ts";
import { asParts, wholeOf } from "../descriptors/forgotten.ts";
import { isSystemError } from "../errors.ts";
import { isOfClass, MAX_ATTEMPTS } from "../failures/classes.ts";
import { MULTIPLEXERS, type MultiplexerName } from "../multiplexer/create.ts";
import { READABLE } from "../multiplexer/multiplexer.ts";
import { Pause, watchAgain, watchNoMore } from "../reactor/pause.ts";
import type { Reactor, RunOptions } from "../reactor/reactor.ts";
import { NO_SOURCE } from "../socket/datagram_batch.ts";
import type { Socket } from "../socket/socket.ts";
import * as sys from "../sys/index.ts";
import { DATAGRAM_SERVICES, type DatagramService } from "./datagram_services.ts";
import type { Service } from "./services.ts";
import { ON_REACTOR, type OnReactor, reactorOf } from "./stream_options.ts";
import { isFromClient } from "./udp_clients.ts";
import { openUdpSocket } from "./udp_socket.ts";

/** Options of a {@link UdpEchoServer}. */
export interface UdpEchoServerOptions {
  /** Default: "epoll". */
  readonly multiplexer?: MultiplexerName;
  /** The size of the longest datagram in bytes; longer ones are not answered. Default: 65,535. */
  readonly datagramSize?: number;
}

/** Counters of a UDP echo server. */
export interface UdpEchoTotals {
  /** Datagrams received. */
  readonly datagrams: number;
  /** Bytes received. */
  readonly bytes: number;
  /** Bytes of the answers that were sent. */
  readonly bytesOut: number;
  /** Datagrams that were not answered: truncated, refused, no room to send, or an error of sendmmsg(2). */
  readonly unanswered: number;
  /** Datagrams that were longer than `datagramSize`. */
  readonly truncated: number;
  /** Datagrams that no client can have sent, and that could be echoed without end. */
  readonly refused: number;
}

const MAX_UDP = 65_535;

/** Also of a server that has one beside others. */
export const aDatagramSize = anInteger(0, MAX_UDP);

const OPTIONS: OptionTable<UdpEchoServerOptions & OnReactor> = {
  ...ON_REACTOR,
  multiplexer: oneOf(...MULTIPLEXERS),
  datagramSize: aDatagramSize,
};

// One batch per turn, so that timers and other handlers get theirs.
const BATCH = 32;
const CONTROL_SIZE = roomFor({
  control: ["IP_PKTINFO", "IPV6_PKTINFO", "IP_TTL", "IPV6_HOPLIMIT"],
});
const { NAME_SIZE } = sys.MessageVector;
// The least that a datagram takes of SO_RCVBUF, with the kernel's bookkeeping.
const MIN_QUEUED_SIZE = 256;

type Verdict = "answer" | "discard" | "truncated" | "refused";

type Options = UdpEchoServerOptions & OnReactor;

/** A server as {@link UdpEchoServer}, of any service. */
export let udpServer: (service: Service, address: AddressLike, options: Options) => UdpEchoServer;

/**
 * The UDP echo server of the notes: receives and answers many datagrams in two system calls. Each answer is
 * sent from the address that its datagram was sent to, also if the server is bound to all addresses
 * (IP_PKTINFO); if that is a broadcast or multicast address, from one that the kernel chooses.
 *
 * It does not answer its own address, nor the ports of services that answer every datagram, and an answer gets
 * one hop less than its datagram had left. Otherwise a forged sender could make two echo servers answer each
 * other for ever.
 */
export class UdpEchoServer implements Disposable {
  /** What it runs on. */
  readonly reactor: Reactor;
  /** The address that it is bound to, also after it was closed. */
  readonly address: Address;
  readonly #ownsReactor: boolean;
  readonly #socket: Socket;
  readonly #messages: sys.MessageVector;
  readonly #verdicts: Verdict[] = [];
  readonly #pause: Pause;
  #service: DatagramService | null = DATAGRAM_SERVICES.echo;
  /** How often in a row recvmmsg(2) has failed. */
  #failures = 0;
  #datagrams = 0;
  #bytes = 0;
  #bytesOut = 0;
  #unanswered = 0;
  #truncated = 0;
  #refused = 0;

  static {
    udpServer = (service, address, options) => {
      const server = new UdpEchoServer(address, options);
      server.#service = DATAGRAM_SERVICES[service];
      return server;
    };
  }

  /**
   * @throws SystemError as `Socket.bind`. TypeError ERR_INVALID_ARG_VALUE: an option that does not exist
   */
  constructor(address: AddressLike, options: UdpEchoServerOptions & OnReactor = {}) {
    const { datagramSize = MAX_UDP, reactor } = readOptions(options, OPTIONS);
    const local = Address.from(address);
    this.#messages = new sys.MessageVector(BATCH, datagramSize, CONTROL_SIZE);
    this.#ownsReactor = reactor === undefined;
    const whole = wholeOf("UdpEchoServer");
    this.#socket = asParts(whole, () => openUdpSocket(local));
    try {
      this.address = this.#socket.localAddress;
      this.reactor = asParts(whole, () => reactorOf(options));
      this.reactor.add(this.#socket, READABLE, this);
    } catch (error) {
      this.#socket.close();
      throw error;
    }
    this.#pause = new Pause(this.reactor, () => {
      if (!this.#socket.closed) watchAgain(this.reactor, this.#socket, this);
    });
  }

  /** Its counters so far. */
  get totals(): UdpEchoTotals {
    return {
      ...{ datagrams: this.#datagrams, bytes: this.#bytes, bytesOut: this.#bytesOut },
      ...{ unanswered: this.#unanswered, truncated: this.#truncated, refused: this.#refused },
    };
  }

  /** Serves until {@link stop}, and closes the socket. Blocks the JavaScript thread. */
  runSync(): UdpEchoTotals {
    this.#checkOwnsReactor();
    try {
      this.reactor.runSync();
      this.#answerQueued();
      return this.totals;
    } finally {
      this.close();
    }
  }

  /** As {@link runSync}, with this thread free for Node's own event loop meanwhile. */
  async run(options?: RunOptions): Promise<UdpEchoTotals> {
    this.#checkOwnsReactor();
    try {
      await this.reactor.run(options);
      this.#answerQueued();
      return this.totals;
    } finally {
      this.close();
    }
  }

  /**
   * Lets {@link runSync} or {@link run} answer what has arrived by now, and return. On a reactor of the caller's, it
   * answers immediately, and closes.
   */
  stop(): void {
    if (this.#ownsReactor) {
      this.reactor.stop();
      return;
    }
    this.#answerQueued();
    this.close();
  }

  /** Closes the socket, and the reactor if it is its own. The second time does nothing. */
  close(): void {
    this.#pause.cancel();
    if (this.#ownsReactor) this.reactor.close();
    else this.reactor.remove(this.#socket);
    this.#socket.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** @internal Called by the reactor: receives a batch of datagrams and answers them. */
  onReady(): void {
    this.#turn();
    // Edge-triggered, datagrams that are left do not cause another edge.
    const { edge } = this.reactor.multiplexer;
    if (edge && !this.#pause.pending) this.reactor.modify(this.#socket, READABLE);
  }

  /** @returns how many datagrams there were */
  #turn(): number {
    const count = this.#receive();
    for (let index = 0; index < count; index++) this.#count(index);
    for (let first = 0; first < count;) first = this.#answer(first, count);
    return count;
  }

  /** Answers what had arrived at the stop: at most as many datagrams as fit into the receive buffer. */
  #answerQueued(): void {
    if (this.#socket.closed) return;
    const limit = Math.ceil(this.#socket.getOption("SO_RCVBUF") / MIN_QUEUED_SIZE);
    for (let done = 0; done < limit;) {
      const count = this.#turn();
      if (count === 0) return;
      done += count;
    }
  }

  #checkOwnsReactor(): void {
    if (!this.#ownsReactor) throw invalidState("whoever has given the reactor runs it");
  }

  #receive(): number {
    const { fd } = this.#socket;
    try {
      const count = sys.recvmmsg(fd, this.#messages, 0, BATCH, sys.MSG_CMSG_CLOEXEC) ?? 0;
      this.#failures = 0;
      this.#pause.reset();
      return count;
    } catch (error) {
      if (!isSystemError(error)) throw error;
      // Errors of earlier answers are reported once. Others may persist, and the socket stays readable.
      if (isOfClass(error, "recv", "pause") || ++this.#failures >= MAX_ATTEMPTS) this.#rest();
      return 0;
    }
  }

  #rest(): void {
    this.#pause.begin();
    watchNoMore(this.reactor, this.#socket);
  }

  #count(index: number): void {
    this.#datagrams++;
    this.#bytes += this.#messages.length(index); // before an answer takes its place
    const verdict = this.#judge(index);
    this.#verdicts[index] = verdict;
    if (verdict === "answer" || verdict === "discard") return;
    this.#unanswered++;
    if (verdict === "truncated") this.#truncated++;
    else this.#refused++;
  }

  /** Decides whether to answer a datagram. If so, turns its control messages into those of the answer. */
  #judge(index: number): Verdict {
    if (this.#service === null) return "discard";
    const messages = this.#messages;
    const { data, slotSize } = messages;
    if ((messages.flags(index) & (sys.MSG_TRUNC | sys.MSG_CTRUNC)) !== 0) return "truncated";
    if (!this.#isFromClient(index)) return "refused";
    const length = returnControl(this.#control(index), messages.controlLength(index), true);
    if (length === OUT_OF_HOPS) return "refused";
    const size = this.#service(data, index * slotSize, messages.length(index), slotSize);
    messages.set(index, size, messages.nameLength(index), length);
    return "answer";
  }

  #isFromClient(index: number): boolean {
    const from = index * NAME_SIZE;
    const name = this.#messages.names.subarray(from, from + this.#messages.nameLength(index));
    const control = this.#control(index).subarray(0, this.#messages.controlLength(index));
    return isFromClient(name, control, this.address.port);
  }

  #control(index: number): Uint8Array {
    const from = index * CONTROL_SIZE;
    return this.#messages.control.subarray(from, from + CONTROL_SIZE);
  }

  /** @returns the first datagram that is neither sent, nor given up, nor to be left without an answer */
  #answer(first: number, count: number): number {
    if (this.#verdicts[first] !== "answer") return first + 1;
    let end = first + 1;
    while (end < count && this.#verdicts[end] === "answer") end++;
    try {
      const sent = this.#send(first, end);
      if (sent !== null) {
        for (let each = first; each < first + sent; each++) {
          this.#bytesOut += this.#messages.length(each);
        }
        return first + sent;
      }
      // UDP may lose datagrams, and queued answers would only be late.
      this.#unanswered += end - first;
      return end;
    } catch (error) {
      if (!isSystemError(error)) throw error;
      this.#unanswered++;
      return first + 1;
    }
  }

  #send(first: number, end: number): number | null {
    const send = (): number | null =>
      sys.sendmmsg(this.#socket.fd, this.#messages, first, end - first, sys.MSG_NOSIGNAL);
    try {
      return send();
    } catch (error) {
      const length = this.#messages.controlLength(first);
      const noSource = isSystemError(error, ...NO_SOURCE);
      if (noSource && clearSource(this.#control(first), length)) return send();
      throw error;
    }
  }
}
