import { availableParallelism } from "node:os";
import { Backoff } from "../failures/backoff.ts";
import type { Timer } from "../reactor/timers.ts";
import { now } from "../runtime/timing.ts";
import { type Start, sum, type Totals } from "./messages.ts";
import { asError, describe, isShortage, MAX_PAUSES, STEADY_MS, whyNotReady } from "./slot.ts";
import type { Ended, Exit, LogStream } from "./starting.ts";
import { Worker, type WorkerSetup, type WorkerState } from "./worker.ts";

/** As of a worker; `ready`: it waits for a connection. `serving`: it has one. */
export type ChildState = WorkerState | "serving";

/** A change in the life of a child process that serves connections. */
export interface ChildChange extends Ended {
  /** Its number, from 1. */
  readonly child: number;
  /** -1 if it could not be started. */
  readonly pid: number;
  readonly state: ChildState;
}

/** What all children have in common. */
export interface ChildrenSetup extends WorkerSetup {
  /** The most that there are at a time. */
  readonly children: number;
  readonly connectionsPerChild: number;
  /** The first pause after a child that has failed. */
  readonly pauseMs: number;
  readonly maxFailures: number;
  readonly start: Omit<Start, "slot">;
}

/** Told of what happens to {@link Children}. */
export interface ChildrenEvents {
  onChange(change: ChildChange): void;
  onLine(child: number, line: string, stream: LogStream): void;
  /** A child has its connection, or has not got it. */
  onTaken(worker: Worker, id: number, missing: boolean): void;
  /** A child has exited: what it has not taken is lost to it. */
  onExited(worker: Worker): void;
  /** A child waits for a connection, or there is room for another child. */
  onAvailable(): void;
  onGivenUp(error: Error): void;
}

/** `passed`: it was sent a connection. `leaving`: it serves no other one. */
type Role = "starting" | "idle" | "passed" | "serving" | "leaving";

interface Child {
  role: Role;
  /** How many it was passed. */
  connections: number;
  timer: Timer | null;
}

// So many start at a time: more would only get ready later.
const STARTS = 2 * availableParallelism();

/** Child processes, each of which serves one connection at a time. */
export class Children {
  readonly #setup: ChildrenSetup;
  readonly #events: ChildrenEvents;
  readonly #backoff: Backoff;
  readonly #children = new Map<Worker, Child>();
  /** As `#children`, and those that have exited, until nothing of them is left. */
  readonly #ending = new Set<Worker>();
  #lastNumber = 0;
  /** Children in a row that did not become ready. */
  #failures = 0;
  #pause: Timer | null = null;
  #past: Totals = {};
  #closed = false;

  constructor(setup: ChildrenSetup, events: ChildrenEvents) {
    this.#setup = setup;
    this.#events = events;
    this.#backoff = new Backoff(setup.pauseMs, MAX_PAUSES * setup.pauseMs);
  }

  get size(): number {
    return this.#children.size;
  }

  get list(): readonly ChildChange[] {
    return Array.from(this.#children, ([worker, { role }]) => change(worker, role));
  }

  /** Fulfilled when nothing is left of those that there have been. */
  get gone(): Promise<unknown> {
    return Promise.all(Array.from(this.#ending, ({ gone }) => gone));
  }

  /** The counters of all children so far, as far as they have told them. */
  get totals(): Totals {
    return sum([this.#past, ...Array.from(this.#children.keys(), ({ totals }) => totals)]);
  }

  /** How many connections it could take, at once or when more children have started. */
  get room(): number {
    return this.#setup.children - this.#count("passed", "serving", "leaving");
  }

  /** How many children wait for a connection. */
  get idle(): number {
    return this.#count("idle");
  }

  /** Starts children, so that `wanted` connections can be taken; fewer if there is no room. */
  fill(wanted: number): void {
    const starting = this.#count("starting");
    const missing = Math.min(wanted, this.room) - starting - this.idle;
    for (let count = Math.min(missing, STARTS - starting); count > 0; count--) {
      if (this.#closed || this.#pause?.pending) return;
      this.#launch();
    }
  }

  /** @returns the child that has waited longest, which is to be passed a connection; `null` if none waits */
  take(): Worker | null {
    for (const [worker, child] of this.#children) {
      if (child.role !== "idle" || worker.blocked) continue;
      child.role = "passed";
      child.connections++;
      const { reactor, readyMs } = this.#setup;
      child.timer = reactor.setTimer(readyMs, () => {
        worker.kill(`it did not take its connection within ${String(readyMs)} ms`);
      });
      return worker;
    }
    return null;
  }

  /** Lets children end. @param which - those with a connection, or all */
  stop(drainMs: number, which: "busy" | "all"): void {
    for (const [worker, { role }] of [...this.#children]) {
      if (which === "all" || role === "passed" || role === "serving") {
        worker.stop(drainMs, "accept");
      }
    }
  }

  /** Starts no more. */
  close(): void {
    this.#closed = true;
    this.#pause?.cancel();
  }

  #count(...roles: readonly Role[]): number {
    let count = 0;
    for (const { role } of this.#children.values()) if (roles.includes(role)) count++;
    return count;
  }

  #launch(): void {
    const child = ++this.#lastNumber;
    const start: Start = { ...this.#setup.start, slot: child };
    try {
      const worker = new Worker(this.#setup, this.#workerEvents, start, () => []);
      this.#children.set(worker, { role: "starting", connections: 0, timer: null });
      this.#ending.add(worker);
      void worker.gone.then(() => this.#ending.delete(worker));
      this.#events.onChange(change(worker, "starting"));
    } catch (error) {
      const reason = asError(error).message;
      this.#events.onChange({ child, pid: -1, state: "exited", reason });
      this.#onFailure(error);
    }
  }

  readonly #workerEvents = {
    onState: (worker: Worker, exit?: Exit): void => {
      const child = this.#children.get(worker);
      if (!child) return;
      if (exit) this.#onExit(worker, child, exit);
      else if (worker.state === "ready") {
        this.#failures = 0;
        this.#become(worker, child, "idle");
        this.#events.onAvailable();
      } else if (worker.state === "draining") this.#become(worker, child, "leaving");
    },
    onLine: (worker: Worker, line: string, stream: LogStream): void => {
      this.#events.onLine(worker.slot, line, stream);
    },
    onTaken: (worker: Worker, id: number, missing: boolean): void => {
      const child = this.#children.get(worker);
      if (!child) return;
      child.timer?.cancel();
      if (missing) worker.kill("its connection did not arrive");
      else {
        this.#backoff.reset();
        // Else it was told to stop in the meantime.
        if (child.role === "passed") this.#become(worker, child, "serving");
      }
      this.#events.onTaken(worker, id, missing);
    },
    onEnded: (worker: Worker): void => {
      const child = this.#children.get(worker);
      if (child?.role !== "serving") return;
      if (child.connections >= this.#setup.connectionsPerChild) child.role = "leaving";
      else this.#become(worker, child, "idle");
      this.#events.onAvailable();
    },
  };

  #become(worker: Worker, child: Child, role: Role): void {
    child.role = role;
    if (role === "idle") {
      // At the end of the line: `take` begins at its head.
      this.#children.delete(worker);
      this.#children.set(worker, child);
    }
    this.#events.onChange(change(worker, role));
  }

  #onExit(worker: Worker, { role, timer }: Child, exit: Exit): void {
    timer?.cancel();
    this.#children.delete(worker);
    this.#past = sum([this.#past, worker.totals]);
    const { slot: child, ...details } = describe(worker, exit);
    this.#events.onChange({ child, ...details });
    this.#events.onExited(worker);
    const name = `child ${String(child)}`;
    if (role === "starting") {
      this.#onFailure(exit.error ?? new Error(whyNotReady(name, worker, exit)));
    } else if ((role === "idle" || role === "passed") && now() - worker.readyAtMs < STEADY_MS) {
      this.#wait();
    }
    this.#events.onAvailable();
  }

  /** A child was not started, or did not become ready. */
  #onFailure(error: unknown): void {
    if (isShortage(error) || ++this.#failures < this.#setup.maxFailures) this.#wait();
    else {
      this.close();
      this.#events.onGivenUp(asError(error));
    }
  }

  /** The next child is started after a pause. */
  #wait(): void {
    if (this.#pause?.pending) return;
    this.#pause = this.#setup.reactor.setTimer(this.#backoff.fail(), () => {
      this.#events.onAvailable();
    });
  }
}

const STATES = {
  starting: "starting",
  idle: "ready",
  passed: "ready",
  serving: "serving",
  leaving: "draining",
} as const satisfies Record<Role, ChildState>;

function change({ slot: child, pid }: Worker, role: Role): ChildChange {
  return { child, pid, state: STATES[role] };
}
