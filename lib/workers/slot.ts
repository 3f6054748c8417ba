import type { Target } from "../descriptors/descriptor.ts";
import { isSystemError } from "../errors.ts";
import { Backoff } from "../failures/backoff.ts";
import type { Timer } from "../reactor/timers.ts";
import { now } from "../runtime/timing.ts";
import { type Start, sum, type Totals, withPast } from "./messages.ts";
import type { Ended, Exit, LogStream } from "./starting.ts";
import { Worker, type WorkerSetup, type WorkerState } from "./worker.ts";

/** A change in the life of a worker. */
export interface WorkerChange extends Ended {
  /** The number of its slot, from 0. */
  readonly slot: number;
  /** Of the process; of this process, for a thread; -1 if it could not be started. */
  readonly pid: number;
  readonly state: WorkerState;
}

/** What all slots have in common. */
export interface SlotSetup extends WorkerSetup {
  readonly drainMs: number;
  /** The first pause before a start after a failure. */
  readonly pauseMs: number;
  readonly maxFailures: number;
  /** The first message to a worker of this slot, and the descriptors that go with it. */
  start(slot: number): { readonly message: Start; readonly descriptors: readonly Target[] };
}

/** Told of what happens in a {@link Slot}. */
export interface SlotEvents {
  onChange(change: WorkerChange): void;
  onLine(slot: number, line: string, stream: LogStream): void;
  /** A worker serves. */
  onServing(): void;
  onTaken(worker: Worker, id: number, missing: boolean): void;
  onEnded(worker: Worker): void;
  onExited(worker: Worker): void;
  /** Workers have failed too often. @returns `false`: others serve, and another one is to be tried */
  mayGiveUp(error: Error): boolean;
  onGivenUp(error: Error): void;
}

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** `filled`: it is to have a worker. `given up`: as `empty`, after too many failures. */
type Phase = "empty" | "filled" | "given up";

export const MAX_PAUSES = 50;
// A worker that was ready for so long is replaced without a pause when it ends. How long its start took does not
// count: a busy machine would have workers that end at once follow each other without a pause.
export const STEADY_MS = 1000;
// These say nothing about the worker: they are the supervisor's, and pass.
const SHORTAGES = ["EMFILE", "ENFILE", "ENOMEM", "EAGAIN", "ENOBUFS", "EINTR"] as const;

/** A place for a worker, with a stable number. While one worker follows another, there are two. */
export class Slot {
  readonly number: number;
  readonly #setup: SlotSetup;
  readonly #events: SlotEvents;
  readonly #backoff: Backoff;
  readonly #workers = new Set<Worker>();
  /** As {@link #workers}, and those that have exited, until nothing of them is left. */
  readonly #ending = new Set<Worker>();
  #phase: Phase = "empty";
  /** The worker that serves. */
  #current: Worker | null = null;
  /** The worker that starts, and then takes the place of the current one. */
  #next: Worker | null = null;
  #pause: Timer | null = null;
  /** Whether a worker has ended since one was ready for long. */
  #endedSoon = false;
  /** Workers in a row that did not become ready. */
  #failures = 0;
  #past: Totals = {};
  #waiting: Waiting[] = [];

  constructor(number: number, setup: SlotSetup, events: SlotEvents) {
    this.number = number;
    this.#setup = setup;
    this.#events = events;
    this.#backoff = new Backoff(setup.pauseMs, MAX_PAUSES * setup.pauseMs);
  }

  get givenUp(): boolean {
    return this.#phase === "given up";
  }

  /** The worker that serves; `null` if none does at the moment. */
  get serving(): Worker | null {
    return this.#current;
  }

  get workers(): readonly WorkerChange[] {
    return Array.from(this.#workers, (worker) => describe(worker));
  }

  /** The counters of all its workers so far. */
  get totals(): Totals {
    return withPast(this.#past, sum(Array.from(this.#workers, ({ totals }) => totals)));
  }

  /** From now on has a worker. @returns a promise that is fulfilled when one is ready */
  fill(): Promise<void> {
    this.#phase = "filled";
    const ready = this.#ready();
    this.#launch();
    return ready;
  }

  /**
   * Starts another worker, and stops the current one when that one is ready.
   *
   * @returns a promise that is fulfilled when the old one has ended
   * @throws Error: the new one did not become ready; the old one goes on
   */
  async replace(): Promise<void> {
    // One that starts already may have loaded the program as it was before.
    if (this.#next) await this.#ready().catch(() => null);
    const old = this.#current;
    this.#phase = "filled";
    this.#failures = 0;
    this.#pause?.cancel();
    const ready = this.#ready();
    if (!this.#next) this.#launch();
    await ready;
    await old?.gone;
  }

  /**
   * Stops its workers, and starts no more.
   *
   * @param queue - what the workers do with connections that wait to be accepted
   */
  async empty(drainMs: number, queue: "leave" | "accept"): Promise<void> {
    if (this.#phase !== "given up") this.#phase = "empty";
    this.#pause?.cancel();
    this.#fail(new Error(`slot ${String(this.number)} was stopped`));
    for (const worker of this.#workers) worker.stop(drainMs, queue);
    await Promise.all([...this.#ending].map(({ gone }) => gone));
  }

  #ready(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
    });
  }

  #launch(): void {
    try {
      const start = this.#setup.start(this.number);
      const worker = new Worker(
        this.#setup,
        this.#workerEvents,
        start.message,
        () => start.descriptors,
      );
      this.#workers.add(worker);
      this.#ending.add(worker);
      void worker.gone.then(() => this.#ending.delete(worker));
      this.#next = worker;
      this.#events.onChange(describe(worker));
    } catch (error) {
      const reason = error instanceof Error ? error.message : "unknown";
      this.#events.onChange({ slot: this.number, pid: -1, state: "exited", reason });
      this.#onFailure(error);
    }
  }

  readonly #workerEvents = {
    onState: (worker: Worker, exit?: Exit): void => {
      this.#onState(worker, exit);
    },
    onLine: (worker: Worker, line: string, stream: LogStream): void => {
      this.#events.onLine(worker.slot, line, stream);
    },
    onTaken: (worker: Worker, id: number, missing: boolean): void => {
      this.#events.onTaken(worker, id, missing);
    },
    onEnded: (worker: Worker): void => {
      this.#events.onEnded(worker);
    },
  };

  #onState(worker: Worker, exit?: Exit): void {
    if (exit) this.#past = withPast(this.#past, worker.totals);
    if (exit) this.#workers.delete(worker);
    this.#events.onChange(describe(worker, exit));
    if (worker.state === "ready") this.#follow(worker);
    if (worker.state === "draining" && worker === this.#current) this.#current = null;
    if (exit) this.#onExit(worker, exit);
  }

  /** The next worker serves: the one before it can stop. */
  #follow(worker: Worker): void {
    const old = this.#current;
    this.#current = worker;
    this.#next = null;
    this.#failures = 0;
    for (const { resolve } of this.#waiting.splice(0)) resolve();
    this.#events.onServing();
    old?.stop(this.#setup.drainMs, "leave");
  }

  #onExit(worker: Worker, exit: Exit): void {
    const wasServing = worker === this.#current;
    if (wasServing) this.#current = null;
    this.#events.onExited(worker);
    if (wasServing) {
      if (now() - worker.readyAtMs >= STEADY_MS) this.#calm();
      if (this.#phase === "filled" && !this.#next) this.#launchLater();
    } else if (worker === this.#next) {
      this.#next = null;
      const name = `the worker of slot ${String(this.number)}`;
      this.#onFailure(exit.error ?? new Error(whyNotReady(name, worker, exit)));
    }
  }

  /** A worker was not started, or did not become ready. */
  #onFailure(error: unknown): void {
    if (this.#phase !== "filled") return;
    if (this.#current) {
      this.#fail(error); // the old one goes on
      return;
    }
    if (!isShortage(error) && ++this.#failures >= this.#setup.maxFailures) {
      this.#fail(error);
      if (this.#events.mayGiveUp(asError(error))) {
        this.#phase = "given up";
        this.#events.onGivenUp(asError(error));
        return;
      }
    }
    this.#launchLater();
  }

  #fail(error: unknown): void {
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }

  /** The first restart after a quiet time is immediate; those that follow soon are not. */
  #launchLater(): void {
    const pauseMs = this.#endedSoon || this.#failures > 0 ? this.#backoff.fail() : 0;
    this.#endedSoon = true;
    this.#pause = this.#setup.reactor.setTimer(pauseMs, () => {
      if (this.#phase === "filled" && !this.#next && !this.#current) this.#launch();
    });
  }

  #calm(): void {
    this.#endedSoon = false;
    this.#backoff.reset();
  }
}

/** An error for those who want one. */
export function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error("a worker was not started", { cause: error });
}

/** Whether a start has failed for lack of something that may become free again. */
export function isShortage(error: unknown): boolean {
  if (isSystemError(error, ...SHORTAGES)) return true;
  const code: unknown = error instanceof Error && "code" in error ? error.code : undefined;
  return SHORTAGES.some((shortage) => shortage === code);
}

/** @param name - of the worker */
export function whyNotReady(name: string, { reason }: Worker, { code, signal }: Exit): string {
  const why =
    reason ?? (signal === null ? `exit status ${String(code)}` : `signal ${String(signal)}`);
  return `${name} did not become ready: ${why}`;
}

/** What is told about a worker. */
export function describe(worker: Worker, exit?: Exit): WorkerChange {
  const { slot, pid, state, reason } = worker;
  const { error } = exit ?? {};
  const why = reason ?? (error instanceof Error ? error.message : null);
  return {
    slot,
    pid,
    state,
    ...(exit && { code: exit.code, signal: exit.signal }),
    ...(why !== null && { reason: why }),
  };
}
