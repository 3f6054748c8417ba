import { invalidState, type OptionTable, readOptions } from "../arguments.ts";
import { descriptorOf, fdOf } from "../descriptors/descriptor.ts";
import { bytesUnsent } from "../descriptors/fcntl.ts";
import { type OutputKind, outputKind, readReady, writeReady } from "../descriptors/inherited.ts";
import { isSystemError, SystemError } from "../errors.ts";
import { Backoff } from "../failures/backoff.ts";
import { createMultiplexer, type MultiplexerName } from "../multiplexer/create.ts";
import { ERROR, HANGUP, type Multiplexer, READABLE, WRITABLE } from "../multiplexer/multiplexer.ts";
import type { RunOptions } from "../reactor/reactor.ts";
import { checkSignal } from "../runtime/abort.ts";
import { now } from "../runtime/timing.ts";
import type { Socket } from "../socket/socket.ts";
import * as sys from "../sys/index.ts";
import { Portion } from "./portion.ts";
import { RELAY_OPTIONS, type RelayOptions } from "./relay_options.ts";

/** What a {@link Relay} has done. */
export interface RelayTotals {
  /** Bytes read from the input and sent. */
  readonly sent: number;
  /** Bytes received and written to the output. */
  readonly received: number;
  /**
   * `open`: it has not ended. `ended`: both sides have. `premature`: the peer ended before the input, and the
   * input was silent. `broken`: a call failed.
   */
  readonly state: "open" | "ended" | "premature" | "broken";
}

const RUN_OPTIONS: OptionTable<RunOptions> = { signal: checkSignal };
const PATIENCE_MS = 500;

type End = "input" | "output" | "socket";

/** What a direction can still do. `ending`: what was read goes out, then this direction ends. */
type Direction = "open" | "ending" | "ended";

/**
 * The interactive client of the notes: watches an input and a socket at the same time, and copies each to the
 * other side. It sees the peer's end while nothing is typed. The end of the input becomes SHUT_WR, and it goes on
 * reading until the peer ends. Of each direction it keeps one portion at most: who does not read makes the
 * other side wait.
 *
 * Input and output may be any files: a terminal, a pipe, a regular file, a socket. Their flags stay as they
 * are. On a socket for messages (SOCK_DGRAM, SOCK_SEQPACKET), each line of the input is one.
 */
export class Relay {
  readonly #socket: Socket;
  readonly #input: number;
  readonly #output: number;
  readonly #outputKind: OutputKind;
  readonly #multiplexer: MultiplexerName;
  readonly #patienceMs: number;
  /** Whether the peer can end: not on a datagram socket. */
  readonly #canEnd: boolean;
  /** From the input to the peer. */
  readonly #up: Portion;
  /** From the peer to the output. */
  readonly #down: Portion;
  #sending: Direction = "open";
  #receiving: Direction = "open";
  #state: RelayTotals["state"] = "open";
  /** The first failure of a call. What the peer has sent is still written. */
  #failure: SystemError | null = null;
  /** Whether the peer ended first: it may not have all that was sent. */
  #unconfirmed = false;
  /** Whether the socket reports an error or its end, which would not stop while the output is full. */
  #hasHungUp = false;
  #silentSinceMs = 0;
  readonly #confirmation = new Backoff(1, 100);

  /**
   * @param socket - connected; becomes non-blocking, and stays open
   * @throws TypeError, RangeError: an option. SystemError EBADF: `output` is not open
   */
  constructor(socket: Socket, options: RelayOptions = {}) {
    const {
      input = 0,
      output = 1,
      multiplexer = "epoll",
      patienceMs = PATIENCE_MS,
    } = readOptions(options, RELAY_OPTIONS);
    this.#socket = socket;
    this.#input = descriptorOf(input);
    this.#output = descriptorOf(output);
    this.#outputKind = outputKind(this.#output);
    this.#multiplexer = multiplexer;
    this.#patienceMs = patienceMs;
    const { type } = socket;
    this.#canEnd = type !== sys.SOCK_DGRAM;
    this.#up = new Portion(type === sys.SOCK_STREAM ? "all" : "line");
    this.#down = new Portion("all");
    socket.blocking = false;
  }

  /** What it has done so far. */
  get totals(): RelayTotals {
    return { sent: this.#up.taken, received: this.#down.taken, state: this.#state };
  }

  /**
   * Copies until both sides have ended. Blocks the JavaScript thread.
   *
   * @throws SystemError of the call that failed first: ECONNRESET, EPIPE… All that the peer sent was written
   * before, unless the output itself has failed: then `fd` is the output
   */
  runSync(): RelayTotals {
    using watched = this.#start();
    const { multiplexer } = watched;
    for (let waitMs = this.#next(multiplexer); waitMs !== null;) {
      const ready = multiplexer.waitSync({ timeoutMs: waitMs, restart: true }, watched.onReady);
      waitMs = this.#next(multiplexer, ready > 0);
    }
    return this.#result();
  }

  /**
   * As {@link runSync}, with this thread free meanwhile.
   *
   * @throws as {@link runSync}, as a rejection; the reason of `signal`, which stops it
   */
  async run(options: RunOptions = {}): Promise<RelayTotals> {
    const { signal } = readOptions(options, RUN_OPTIONS);
    using watched = this.#start();
    const { multiplexer } = watched;
    for (let waitMs = this.#next(multiplexer); waitMs !== null;) {
      const ready = await multiplexer.wait({ timeoutMs: waitMs, signal }, watched.onReady);
      waitMs = this.#next(multiplexer, ready > 0);
    }
    return this.#result();
  }

  #start(): Disposable & { multiplexer: Multiplexer<End>; onReady: OnEnd } {
    if (this.#state !== "open") throw invalidState("the relay has run");
    const multiplexer = createMultiplexer<End>(this.#multiplexer);
    this.#silentSinceMs = now();
    return {
      multiplexer,
      onReady: (_fd, events, end) => {
        this.#move(end, events);
      },
      [Symbol.dispose]: () => {
        multiplexer.close();
        if (this.#state === "open") this.#state = "broken";
      },
    };
  }

  #result(): RelayTotals {
    if (this.#failure === null) return this.totals;
    this.#state = "broken";
    throw this.#failure;
  }

  #move(end: End, events: number): void {
    if (end === "input") this.#read();
    else if (end === "output") this.#write();
    else {
      if ((events & (ERROR | HANGUP)) !== 0) this.#hasHungUp = true;
      this.#send();
      this.#receive();
    }
  }

  #read(): void {
    try {
      const length = this.#up.fill((...room) => readReady(this.#input, ...room));
      if (length === null) return;
      this.#silentSinceMs = now();
      if (length === 0) this.#sending = "ending";
    } catch (error) {
      // What was read before still goes out.
      this.#fail(error);
      this.#sending = "ending";
    }
    this.#send();
  }

  #send(): void {
    if (this.#sending === "ended") return;
    const socket = this.#socket;
    try {
      const isLast = this.#sending === "ending";
      while (this.#up.drain((...bytes) => socket.send(...bytes), isLast));
      if (!isLast || this.#up.length > 0) return;
      if (this.#canEnd) socket.shutdown(sys.SHUT_WR);
      this.#unconfirmed = this.#receiving !== "open" && socket.protocol === sys.IPPROTO_TCP;
    } catch (error) {
      // shutdown(2) of a connection that was reset does not say so.
      this.#breakOff(isSystemError(error, "ENOTCONN") ? (this.#pendingError ?? error) : error);
    }
    this.#sending = "ended";
  }

  #receive(): void {
    if (this.#receiving !== "open" || this.#down.length > 0) return;
    const socket = this.#socket;
    try {
      const length = this.#down.fill((...room) => socket.recv(...room));
      if (length === null) return;
      this.#silentSinceMs = now();
      if (length === 0 && this.#canEnd) this.#receiving = "ended";
    } catch (error) {
      this.#breakOff(error);
      this.#receiving = "ended";
    }
  }

  /** An error of the output ends the relay: nobody reads what the peer sends. */
  #write(): void {
    this.#down.drain((...bytes) => writeReady(this.#output, this.#outputKind, ...bytes));
    // The socket is not watched any more: it says by itself whether there is more.
    if (this.#hasHungUp) this.#receive();
  }

  /** Sending is over. What the peer had sent before can still be received; of datagrams, nothing. */
  #breakOff(error: unknown): void {
    this.#fail(error);
    this.#up.clear();
    this.#sending = "ended";
    if (!this.#canEnd) this.#receiving = "ended";
  }

  #fail(error: unknown): void {
    if (!isSystemError(error)) throw error;
    this.#failure ??= error;
  }

  /**
   * Watches what is needed next.
   *
   * @param mayBeReady - whether the last wait does not show that all are silent
   * @returns how long to wait, in milliseconds; `null`: it has ended
   */
  #next(multiplexer: Multiplexer<End>, mayBeReady = true): number | null {
    const reads = this.#sending === "open" && this.#up.wantsMore;
    const receives = this.#receiving === "open" && this.#down.length === 0;
    const sends = this.#sending !== "ended" && this.#up.isDue(this.#sending === "ending");
    const interest = (receives ? READABLE : 0) | (sends ? WRITABLE : 0);
    watch(multiplexer, "input", this.#input, reads ? READABLE : 0);
    watch(multiplexer, "output", this.#output, this.#down.length > 0 ? WRITABLE : 0);
    const listens = interest !== 0 || !this.#hasHungUp;
    watch(multiplexer, "socket", fdOf(this.#socket), interest, listens && !this.#isOver);
    if (this.#down.length > 0) return Infinity;
    if (this.#isOver) return this.#confirm();
    // Only more input can come, or only answers to datagrams.
    const mayBeLast = this.#canEnd ? this.#receiving === "ended" && reads : !reads && !sends;
    if (!mayBeLast) return Infinity;
    const leftMs = this.#silentSinceMs + this.#patienceMs - now();
    if (leftMs > 0 || mayBeReady) return Math.max(0, leftMs);
    this.#state = this.#canEnd ? "premature" : "ended";
    return null;
  }

  get #isOver(): boolean {
    return this.#sending === "ended" && this.#receiving === "ended";
  }

  get #pendingError(): SystemError | null {
    const number = this.#socket.getOption("SO_ERROR");
    return number === 0 ? null : new SystemError(number, "send", { fd: fdOf(this.#socket) });
  }

  /** If the peer ended first, its end says nothing about what was sent since: its kernel has to have it. */
  #confirm(): number | null {
    if (this.#failure === null && this.#unconfirmed) {
      this.#failure = this.#pendingError;
      if (this.#failure === null && bytesUnsent(this.#socket) > 0) return this.#confirmation.fail();
    }
    this.#state = "ended";
    return null;
  }
}

type OnEnd = (fd: number, events: number, end: End) => void;

/** Only what is waited for is watched: an error or hang-up is reported without any interest. */
function watch(
  multiplexer: Multiplexer<End>,
  end: End,
  fd: number,
  interest: number,
  isWatched = interest !== 0,
): void {
  const known = multiplexer.get(fd);
  if (!isWatched) multiplexer.remove(fd);
  else if (known === undefined) multiplexer.add(fd, interest, end);
  else if (known.interest !== interest) multiplexer.modify(fd, interest);
}
