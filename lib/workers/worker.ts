import type { Target } from "../descriptors/descriptor.ts";
import type { Socket } from "../socket/socket.ts";
import type { Reactor } from "../reactor/reactor.ts";
import type { Timer } from "../reactor/timers.ts";
import { now } from "../runtime/timing.ts";
import { ControlChannel, controlPair } from "./control_channel.ts";
import {
  type FromWorker,
  MAX_DESCRIPTORS,
  type Start,
  sum,
  type Totals,
  type ToWorker,
} from "./messages.ts";
import {
  type Entry,
  type Exit,
  type LogStream,
  startProcess,
  startThread,
  type Started,
} from "./starting.ts";

/**
 * The life of a worker.
 * - `starting`: it was started, and has not said that it is ready.
 * - `ready`: it serves.
 * - `draining`: it was told to stop, and ends its connections.
 * - `exited`: its process or thread has ended.
 */
export type WorkerState = "starting" | "ready" | "draining" | "exited";

/** A worker is a process of its own, or a thread of the supervisor's process. */
export type WorkerKind = "process" | "thread";

/** What all workers of a supervisor have in common. Times are in milliseconds. */
export interface WorkerSetup {
  readonly reactor: Reactor;
  readonly kind: WorkerKind;
  readonly entry: Entry;
  readonly readyMs: number;
  /** Infinity: it is not asked. */
  readonly unresponsiveMs: number;
}

/** Told of what happens to a {@link Worker}. */
export interface WorkerEvents {
  onState(worker: Worker, exit?: Exit): void;
  onLine(worker: Worker, line: string, stream: LogStream): void;
  /** A connection that was passed has arrived, or has not. */
  onTaken(worker: Worker, id: number, missing: boolean): void;
  onEnded(worker: Worker): void;
}

// A worker that stands still is found after this many unanswered questions. Each interval counts once, however
// long it took: the time in which the supervisor itself stood still is not the worker's.
const PINGS = 10;
// A worker ends by itself within this time after its drain.
const LEAVE_MS = 2000;

/** A supervisor's view of one worker process or thread. */
export class Worker {
  readonly slot: number;
  readonly #setup: WorkerSetup;
  readonly #events: WorkerEvents;
  readonly #channel: ControlChannel<ToWorker, FromWorker>;
  readonly #started: Started;
  #state: WorkerState = "starting";
  #totals: Totals = {};
  #timer: Timer | null = null;
  #heartbeat: Timer | null = null;
  #unanswered = 0;
  #readyAtMs = Infinity;
  /** Why it was killed. */
  #reason: string | null = null;

  /** @throws the error of socketpair(2) or of the start */
  constructor(
    setup: WorkerSetup,
    events: WorkerEvents,
    start: Start,
    descriptorsOf: () => readonly Target[],
  ) {
    this.#setup = setup;
    this.#events = events;
    this.slot = start.slot;
    const { reactor, kind, entry, readyMs } = setup;
    const [ours, theirs] = controlPair();
    this.#channel = new ControlChannel<ToWorker, FromWorker>(reactor, ours, {
      onMessage: ({ message, descriptors }) => {
        for (const descriptor of descriptors) descriptor.close(); // a worker has none to send
        if (message.type === "hello") this.#greet(start, descriptorsOf);
        else this.#onMessage(message);
      },
      onClosed: () => {
        this.#onChannelEnd();
      },
    });
    try {
      const handlers = {
        onExit: (exit: Exit): void => {
          this.#onExit(exit);
        },
        onLine: (line: string, stream: LogStream): void => {
          events.onLine(this, line, stream);
        },
      };
      this.#started =
        kind === "process"
          ? startProcess(reactor, entry, theirs, handlers)
          : startThread(entry, theirs, handlers);
    } catch (error) {
      this.#channel.close();
      theirs.close();
      throw error;
    }
    this.#timer = reactor.setTimer(readyMs, () => {
      this.kill(`it was not ready after ${String(readyMs)} ms`);
    });
  }

  get state(): WorkerState {
    return this.#state;
  }

  /** The process id; for a thread, that of this process. */
  get pid(): number {
    return this.#started.pid;
  }

  /** Fulfilled after its exit, when nothing of it is left. */
  get gone(): Promise<void> {
    return this.#started.gone;
  }

  /** Whether it does not take its messages. */
  get blocked(): boolean {
    return this.#channel.blocked;
  }

  /** When it became ready, on the monotonic clock; Infinity before that. */
  get readyAtMs(): number {
    return this.#readyAtMs;
  }

  /** Its counters, as of its last answer. */
  get totals(): Totals {
    return this.#totals;
  }

  /** Why it was killed; `null` if it was not. */
  get reason(): string | null {
    return this.#reason;
  }

  /** Passes a connection. */
  pass(id: number, index: number, socket: Socket): void {
    this.#channel.send({ type: "connection", id, index }, [socket]);
  }

  /** Lets it end its connections, for at most `drainMs`. */
  stop(drainMs: number, queue: "leave" | "accept"): void {
    this.#channel.receive(); // it may have said that it is ready
    if (this.state === "exited" || this.state === "draining") return;
    const hadStarted = this.#state === "ready";
    this.#heartbeat?.cancel();
    this.#timer?.cancel();
    this.#become("draining");
    if (!hadStarted) {
      this.kill("it was stopped before it was ready");
      return;
    }
    this.#channel.send({ type: "stop", drainMs, queue });
    this.#timer = this.#setup.reactor.setTimer(drainMs + LEAVE_MS, () => {
      this.kill("it did not end in time");
    });
  }

  /** Ends it immediately. */
  kill(reason: string): void {
    if (this.#state === "exited") return;
    this.#reason ??= reason;
    this.#started.kill();
  }

  #onMessage(message: FromWorker): void {
    switch (message.type) {
      case "ready":
        if (this.#state !== "starting") return;
        this.#timer?.cancel();
        this.#readyAtMs = now();
        this.#become("ready");
        if (this.state === "ready") this.#beat(); // it may have been told to stop meanwhile
        break;
      case "pong":
        this.#unanswered = 0;
        this.#totals = sum([message.totals]);
        break;
      case "taken":
        this.#events.onTaken(this, message.id, message.missing);
        break;
      case "ended":
        this.#events.onEnded(this);
        break;
      case "stopped":
        this.#totals = sum([message.totals]);
        break;
      case "hello":
        break;
    }
  }

  #greet(start: Start, descriptorsOf: () => readonly Target[]): void {
    const descriptors = descriptorsOf();
    this.#channel.send(start, descriptors.slice(0, MAX_DESCRIPTORS));
    for (let sent = MAX_DESCRIPTORS; sent < descriptors.length; sent += MAX_DESCRIPTORS) {
      this.#channel.send({ type: "more" }, descriptors.slice(sent, sent + MAX_DESCRIPTORS));
    }
  }

  // It ends, as is to be seen soon; or it has closed its socket, and nothing can be asked of it.
  #onChannelEnd(): void {
    if (this.#state === "exited" || this.#state === "draining") return;
    this.#heartbeat?.cancel();
    this.#timer?.cancel();
    this.#timer = this.#setup.reactor.setTimer(LEAVE_MS, () => {
      this.kill("it has closed its control socket");
    });
  }

  #beat(): void {
    const { reactor, unresponsiveMs } = this.#setup;
    if (unresponsiveMs === Infinity) return;
    if (this.#unanswered === PINGS) {
      this.kill(`it has not answered for ${String(unresponsiveMs)} ms`);
      return;
    }
    this.#unanswered++;
    if (!this.#channel.blocked) this.#channel.send({ type: "ping" });
    this.#heartbeat = reactor.setTimer(unresponsiveMs / PINGS, () => {
      this.#beat();
    });
  }

  #onExit(exit: Exit): void {
    this.#heartbeat?.cancel();
    this.#timer?.cancel();
    this.#channel.receive(); // its last words
    this.#channel.close();
    this.#become("exited", exit);
  }

  #become(state: WorkerState, exit?: Exit): void {
    this.#state = state;
    this.#events.onState(this, exit);
  }
}
