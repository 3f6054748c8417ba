import type { Address } from "../address/address.ts";
import {
  anInteger,
  aTimeLimit,
  checkBytes,
  invalidArgValue,
  invalidState,
  type OptionTable,
  readOptions,
} from "../arguments.ts";
import { detailsOf } from "../address/details.ts";
import type { Endpoint } from "../address/endpoint.ts";
import { asParts, wholeOf } from "../descriptors/forgotten.ts";
import { SystemError } from "../errors.ts";
import { READABLE, WRITABLE } from "../multiplexer/multiplexer.ts";
import { DescriptorWait } from "../multiplexer/wait_for.ts";
import { NetworkBuffer } from "../reactor/network_buffer.ts";
import { reachSync } from "../socket/create_connection.ts";
import type { Socket } from "../socket/socket.ts";
import * as sys from "../sys/index.ts";

/** Options of an {@link EchoClient}. */
export interface EchoClientOptions {
  /** Milliseconds to wait for the connection, and for each answer. Default: without limit. */
  readonly timeoutMs?: number;
  /** The most bytes of an answer, with its newline. Default: 1 MiB. */
  readonly maxLine?: number;
}

const OPTIONS: OptionTable<EchoClientOptions> = {
  timeoutMs: aTimeLimit,
  maxLine: anInteger(1, 2 ** 30),
};
const MAX_LINE = 2 ** 20;
const NEWLINE = 0x0a;
const RECEIVE_SIZE = 64 * 1024;

/**
 * The echo client of the notes, line by line: sends a line, reads a line. It receives while it sends, so a line
 * longer than all buffers of the kernel does not stop both sides.
 */
export class EchoClient implements Disposable {
  /** The server that it is connected to. */
  readonly server: Address;
  readonly #socket: Socket;
  readonly #timeoutMs: number;
  readonly #received: NetworkBuffer;
  readonly #buffer = new Uint8Array(RECEIVE_SIZE);
  /** How many of the received bytes are known to have no newline. */
  #searched = 0;
  /** `lost`: an answer failed, so the next line read would be of an earlier question. */
  #state: "free" | "asking" | "lost" = "free";

  /**
   * Connects. Blocks the JavaScript thread, also for a lookup.
   *
   * @param server - of the addresses of a name, the first that answers (see {@link createConnectionSync})
   * @throws SystemError ECONNREFUSED, ETIMEDOUT… with the address. ResolveError, AggregateError as
   * {@link createConnectionSync}. TypeError: an option that does not exist
   */
  constructor(server: Endpoint, options: EchoClientOptions = {}) {
    const { timeoutMs = Infinity, maxLine = MAX_LINE } = readOptions(options, OPTIONS);
    this.#timeoutMs = timeoutMs;
    this.#received = new NetworkBuffer(maxLine);
    const whole = wholeOf("EchoClient");
    const reached = reachSync(server, { timeoutMs }, (open) => asParts(whole, open));
    this.server = reached.address;
    this.#socket = reached.socket;
  }

  /**
   * Sends a line, and waits for one. Blocks the JavaScript thread.
   *
   * @param line - without a newline; text as UTF-8
   * @returns the answer, without its newline
   * @throws Error ERR_POLLUX_PREMATURE_END: the server ended before its answer was complete. SystemError
   * ECONNRESET, EPIPE; ETIMEDOUT; ENOBUFS: the answer is longer than `maxLine`. After each of these the client
   * can only be closed
   */
  askSync(line: string | Uint8Array): Buffer {
    for (const { wait, interest } of this.#steps(line)) {
      if (!wait.waitSync(interest)) throw this.#timedOut();
    }
    return this.#takeLine();
  }

  /** As {@link askSync}, with this thread free meanwhile. One question at a time. */
  async ask(line: string | Uint8Array, signal?: AbortSignal): Promise<Buffer> {
    for (const { wait, interest } of this.#steps(line)) {
      if (!(await wait.wait(interest, signal))) throw this.#timedOut();
    }
    return this.#takeLine();
  }

  /** Closes the connection. The second time does nothing. */
  close(): void {
    this.#socket.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** Sends and receives until an answer is complete. Yields each time before it has to wait. */
  *#steps(line: string | Uint8Array): Generator<Step, void, undefined> {
    const question = checkLine(line);
    if (this.#state !== "free") throw invalidState(STATES[this.#state]);
    this.#state = "asking";
    try {
      using wait = new DescriptorWait(this.#socket, this.#timeoutMs);
      for (let sent = 0; ;) {
        sent += this.#send(question, sent);
        const isAnswered = this.#receive();
        if (isAnswered && sent === question.length) break;
        // After the answer to a part of the line, more may be on its way.
        yield { wait, interest: READABLE | (sent < question.length ? WRITABLE : 0) };
      }
      this.#state = "free";
    } finally {
      if (this.#state === "asking") this.#state = "lost";
    }
  }

  /** @returns how many bytes the kernel took, in as many calls as it takes */
  #send(bytes: Uint8Array, offset: number): number {
    let sent = 0;
    while (offset + sent < bytes.length) {
      const taken = this.#socket.send(bytes, offset + sent);
      if (taken === null) break;
      sent += taken;
    }
    return sent;
  }

  /** @returns whether a whole line is there */
  #receive(): boolean {
    for (;;) {
      if (this.#newline !== -1) return true;
      const room = Math.min(this.#received.room, RECEIVE_SIZE);
      if (room === 0) throw new SystemError(sys.errno.ENOBUFS, "recv", detailsOf(this.server));
      const length = this.#socket.recv(this.#buffer, 0, room);
      if (length === null) return false;
      if (length === 0) throw prematureEnd();
      this.#received.append(this.#buffer, 0, length);
    }
  }

  /** Where the first line ends; -1 if it does not yet. */
  get #newline(): number {
    const { memory, offset, length } = this.#received;
    const end = memory.subarray(offset, offset + length).indexOf(NEWLINE, this.#searched);
    this.#searched = end === -1 ? length : 0;
    return end;
  }

  #takeLine(): Buffer {
    const { memory, offset } = this.#received;
    const length = this.#newline;
    const line = Buffer.from(memory.subarray(offset, offset + length));
    this.#received.consume(length + 1);
    return line;
  }

  #timedOut(): SystemError {
    return new SystemError(sys.errno.ETIMEDOUT, "recv", detailsOf(this.server));
  }
}

interface Step {
  readonly wait: DescriptorWait;
  readonly interest: number;
}

const STATES = {
  asking: "a question is pending",
  lost: "an answer was lost; open a new client",
} as const;

function checkLine(line: string | Uint8Array): Uint8Array {
  const bytes = typeof line === "string" ? Buffer.from(line) : line;
  if (checkBytes(bytes, "line").includes(NEWLINE)) {
    throw invalidArgValue("line", "one line, without its newline", line);
  }
  return Buffer.concat([bytes, Uint8Array.of(NEWLINE)]);
}

/** What the client of the notes says. */
function prematureEnd(): Error {
  const error = new Error("server terminated prematurely");
  return Object.assign(error, { code: "ERR_POLLUX_PREMATURE_END" });
}
