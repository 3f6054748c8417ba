import type { Address } from "../address/address.ts";
import { detailsOf } from "../address/details.ts";
import type { Endpoint } from "../address/endpoint.ts";
import { resolveSync } from "../address/resolve.ts";
import {
  anInteger,
  aTimeLimit,
  invalidState,
  type OptionTable,
  readOptions,
} from "../arguments.ts";
import { asParts, wholeOf } from "../descriptors/forgotten.ts";
import { isSystemError, SystemError } from "../errors.ts";
import { READABLE } from "../multiplexer/multiplexer.ts";
import { DescriptorWait } from "../multiplexer/wait_for.ts";
import { Socket } from "../socket/socket.ts";
import * as sys from "../sys/index.ts";

/** Options of a {@link UdpEchoClient}. */
export interface UdpEchoClientOptions {
  /** Milliseconds to wait for an answer before asking again. Default: 1,000. */
  readonly timeoutMs?: number;
  /** How often to ask again. Default: 3. */
  readonly retries?: number;
}

const OPTIONS: OptionTable<UdpEchoClientOptions> = {
  timeoutMs: aTimeLimit,
  retries: anInteger(0, 2 ** 31 - 1),
};

const MAX_UDP = 65_535;

/**
 * The UDP client of the notes: asks, waits for a limited time, asks again. Takes an answer only from the
 * address that it asked, as the kernel resolves it (`0.0.0.0` and `::` are this machine). Datagrams from
 * others are counted and dropped.
 */
export class UdpEchoClient implements Disposable {
  /** The server that it asks. */
  readonly server: Address;
  /** The address that answers come from. */
  readonly #peer: Address;
  readonly #socket: Socket;
  readonly #timeoutMs: number;
  readonly #retries: number;
  readonly #buffer = new Uint8Array(MAX_UDP);
  #asking = false;
  #retried = 0;
  #strangers = 0;

  /**
   * Blocks the JavaScript thread for the lookup of a name, and otherwise not.
   *
   * @param server - of the addresses of a name, the first: a datagram does not tell which of them is served
   * @throws TypeError ERR_INVALID_ARG_VALUE: an option that does not exist. SystemError EMFILE. ResolveError
   * EAI_NONAME…: the name has no address
   */
  constructor(server: Endpoint, options: UdpEchoClientOptions = {}) {
    const { timeoutMs = 1000, retries = 3 } = readOptions(options, OPTIONS);
    this.#timeoutMs = timeoutMs;
    this.#retries = retries;
    this.server = resolveSync(server, { type: sys.SOCK_DGRAM })[0]!;
    this.#peer = peerOf(this.server);
    this.#socket = asParts(wholeOf("UdpEchoClient"), () =>
      Socket.open(this.server.family, sys.SOCK_DGRAM),
    );
  }

  /** How often it has asked again. */
  get retried(): number {
    return this.#retried;
  }

  /** How many datagrams came from other addresses than the server's. */
  get strangers(): number {
    return this.#strangers;
  }

  /**
   * Sends `data` and waits for the answer. Blocks the JavaScript thread.
   *
   * @throws SystemError ETIMEDOUT: there was no answer to any attempt
   */
  askSync(data: Uint8Array): Uint8Array {
    for (const wait of this.#attempts(data)) {
      while (wait.leftMs > 0) {
        wait.waitSync(READABLE);
        const answer = this.#answer();
        if (answer) return answer;
      }
    }
    throw this.#timedOut();
  }

  /** As {@link askSync}, with this thread free meanwhile. One question at a time. */
  async ask(data: Uint8Array, signal?: AbortSignal): Promise<Uint8Array> {
    for (const wait of this.#attempts(data)) {
      while (wait.leftMs > 0) {
        await wait.wait(READABLE, signal);
        const answer = this.#answer();
        if (answer) return answer;
      }
    }
    throw this.#timedOut();
  }

  /** Closes the socket. The second time does nothing. */
  close(): void {
    this.#socket.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** Sends the question once per attempt, and yields the wait for its answer. */
  *#attempts(data: Uint8Array): Generator<DescriptorWait, void, undefined> {
    if (this.#asking) throw invalidState("a question is pending");
    this.#asking = true;
    try {
      // Drops late answers to an earlier question.
      while (this.#socket.recvFrom(this.#buffer) !== null);
      for (let attempt = 0; attempt <= this.#retries; attempt++) {
        if (attempt > 0) this.#retried++;
        // A question without room in the send buffer counts as lost.
        this.#socket.sendTo(data, this.server);
        using wait = new DescriptorWait(this.#socket, this.#timeoutMs);
        yield wait;
      }
    } finally {
      this.#asking = false;
    }
  }

  #answer(): Uint8Array | null {
    for (;;) {
      const received = this.#socket.recvFrom(this.#buffer);
      if (received === null) return null;
      if (received.address?.equals(this.#peer)) return this.#buffer.slice(0, received.size);
      this.#strangers++;
    }
  }

  #timedOut(): SystemError {
    return new SystemError(sys.errno.ETIMEDOUT, "recvfrom", detailsOf(this.server));
  }
}

/**
 * The source address of the server's answers, as the kernel reports it: without flow information, without a
 * zone unless it is link-local, and the loopback address for 0.0.0.0 and `::`.
 */
function peerOf(server: Address): Address {
  using probe = Socket.open(server.family, sys.SOCK_DGRAM);
  try {
    // connect(2) of a datagram socket sends nothing.
    probe.connect(server);
    return probe.remoteAddress;
  } catch (error) {
    // It cannot be reached now, or is a broadcast address: the given address is compared.
    if (isSystemError(error)) return server;
    throw error;
  }
}
