import { fdOf } from "../descriptors/descriptor.ts";
import { isSystemError } from "../errors.ts";
import type { Connection } from "../reactor/connection.ts";
import * as sys from "../sys/index.ts";

/** The time limits of a server, each with a clock for each connection. */
export const CLOCKS = ["writeTimeoutMs", "readTimeoutMs", "idleTimeoutMs"] as const;

export type ClockName = (typeof CLOCKS)[number];

/** What a client has done up to the last look at its connection. */
export class Progress {
  #client: string;
  /** How long its PROXY header was; `null` until that has come. */
  #header: number | null;
  /** When each clock was at 0. As what happens is seen by the next look only, this is never too early. */
  readonly #zeroMs: Record<ClockName, number>;
  #bytesIn = 0;
  #bytesOut = 0;
  /** Bytes that the protocol has used. */
  #used = 0;
  /** Bytes that the client has taken. */
  #taken = 0;
  /** Bytes that the kernel has, and the client has not taken. */
  #unsent = 0;
  #queued = 0;

  /** @param hasHeader - whether a PROXY header comes first */
  constructor(client: string, nowMs: number, hasHeader: boolean) {
    this.#client = client;
    this.#header = hasHeader ? null : 0;
    this.#zeroMs = { writeTimeoutMs: nowMs, readTimeoutMs: nowMs, idleTimeoutMs: nowMs };
  }

  /** As whom the limits count it. */
  get client(): string {
    return this.#client;
  }

  get awaitsHeader(): boolean {
    return this.#header === null;
  }

  /** The PROXY header has come: the time for the first message begins. */
  identify(client: string, header: number, nowMs: number): void {
    this.#client = client;
    this.#header = header;
    this.#used = header;
    this.#zeroMs.readTimeoutMs = nowMs;
  }

  /** Whether the client has not taken all that was written for it. */
  get hasUnsent(): boolean {
    return this.#unsent > 0 || this.#queued > 0;
  }

  /** What a clock shows, in milliseconds. */
  ms(clock: ClockName, nowMs: number): number {
    return nowMs - this.#zeroMs[clock];
  }

  /** Sets the clocks to 0 whose reason has ended, or for which something has happened. */
  look(connection: Connection, nowMs: number): void {
    const takes = this.#lookAtOutput(connection);
    const { bytesIn, readableLength } = connection;
    const used = bytesIn - readableLength;
    const sends = bytesIn !== this.#bytesIn;
    const isFirst = used <= (this.#header ?? 0);
    const owesMessage = connection.receiving && (isFirst || readableLength > 0);
    if (takes || sends) this.#zeroMs.idleTimeoutMs = nowMs;
    if (takes || !this.hasUnsent) this.#zeroMs.writeTimeoutMs = nowMs;
    if (used !== this.#used || !owesMessage) this.#zeroMs.readTimeoutMs = nowMs;
    this.#bytesIn = bytesIn;
    this.#used = used;
  }

  /** @returns whether the client has taken something. Asks the kernel only if it has something for the client */
  #lookAtOutput(connection: Connection): boolean {
    const { bytesOut } = connection;
    const before = this.#unsent;
    this.#queued = connection.writableLength;
    if (bytesOut !== this.#bytesOut || before > 0) this.#unsent = unsentOf(connection);
    // Unix sockets count memory instead of bytes: what shows there is that it becomes less.
    const taken = bytesOut - this.#unsent;
    const takes = taken > this.#taken || this.#unsent < before;
    this.#taken = taken;
    this.#bytesOut = bytesOut;
    return takes;
  }
}

function unsentOf(connection: Connection): number {
  try {
    return sys.ioctlInt(fdOf(connection.socket), sys.SIOCOUTQ);
  } catch (error) {
    if (isSystemError(error)) return 0; // it has been closed by other code
    throw error;
  }
}
