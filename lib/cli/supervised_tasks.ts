import { Handover } from "../workers/handover.ts";
import type { Successor } from "../workers/successor.ts";
import type { Supervisor } from "../workers/supervisor.ts";
import type { ServiceManager } from "./service_manager.ts";

/** What is done while it serves. */
export type Task = "reload" | "restart";

/** How far a task is. */
export interface Outcome {
  readonly state: "starting" | "done" | "failed";
  /** Of the new program. */
  readonly pid?: number;
  readonly reason?: string;
}

/** `followed`: another program serves. `stopping`: a signal ends this one. */
type Phase = "serving" | "followed" | "stopping";

/** Replaces the workers, or the whole program: one after the other, never both at once. */
export class Tasks {
  /** Fulfilled when another program serves. */
  readonly followed: Promise<void>;
  readonly #supervisor: Supervisor;
  readonly #manager: ServiceManager;
  readonly #legacy: unknown;
  readonly #tell: (task: Task, outcome: Outcome) => void;
  readonly #stopped = new AbortController();
  #onFollowed!: () => void;
  #phase: Phase = "serving";
  #last: Promise<unknown> = Promise.resolve();
  #handingOver: Promise<unknown> = Promise.resolve();
  #reloadWaits = false;
  #hasSuccessor = false;

  /** @param legacy - for the program that follows */
  constructor(
    supervisor: Supervisor,
    manager: ServiceManager,
    legacy: unknown,
    tell: (task: Task, outcome: Outcome) => void,
  ) {
    this.#supervisor = supervisor;
    this.#manager = manager;
    this.#legacy = legacy;
    this.#tell = tell;
    this.followed = new Promise((resolve) => {
      this.#onFollowed = resolve;
    });
  }

  /** Whether another program serves, or will if this one ends now: it was started, and not called off. */
  get hasSuccessor(): boolean {
    return this.#hasSuccessor;
  }

  /** Replaces the workers, after what is under way. One that waits already is enough. */
  reload(): void {
    if (this.#reloadWaits) return;
    this.#reloadWaits = true;
    void this.#enqueue(async () => {
      this.#reloadWaits = false;
      if (!this.#stopped.signal.aborted && this.#phase === "serving") await this.#reload();
    });
  }

  /**
   * Lets this program be followed by itself, after what is under way.
   *
   * @returns the new process id
   * @throws Error: the reason why this one goes on, or stops
   */
  restart(): Promise<number> {
    return this.#enqueue(async () => {
      if (this.#phase === "followed") throw new Error("another program has followed already");
      if (this.#stopped.signal.aborted) throw new Error("the program stops");
      return await this.#restart();
    });
  }

  /** Starts nothing more, and calls off a restart, unless that one is done. @returns whether another program serves */
  async stop(): Promise<boolean> {
    this.#stopped.abort(new Error("the program stops"));
    await this.#handingOver;
    if (this.#phase === "followed") return true;
    this.#phase = "stopping";
    return false;
  }

  #enqueue<T>(task: () => Promise<T>): Promise<T> {
    const outcome = this.#last.then(task);
    this.#last = outcome.catch(() => null);
    return outcome;
  }

  async #reload(): Promise<void> {
    this.#manager.reloading();
    this.#tell("reload", { state: "starting" });
    try {
      await this.#supervisor.reload();
      this.#tell("reload", { state: "done" });
    } catch (error) {
      this.#tell("reload", { state: "failed", reason: reasonOf(error) });
    }
  }

  async #restart(): Promise<number> {
    this.#tell("restart", { state: "starting" });
    try {
      const handover = this.#handOver();
      this.#handingOver = handover.catch(() => null);
      const pid = await handover;
      this.#phase = "followed";
      this.#tell("restart", { state: "done", pid });
      this.#onFollowed();
      return pid;
    } catch (error) {
      this.#tell("restart", { state: "failed", reason: reasonOf(error) });
      throw error;
    }
  }

  async #handOver(): Promise<number> {
    if (process.pid === 1) {
      throw new Error("process 1 cannot leave: the kernel ends all other processes with it");
    }
    const args = [...process.execArgv, ...process.argv.slice(1)];
    const { signal } = this.#stopped;
    const options = { data: this.#legacy, signal };
    this.#hasSuccessor = true;
    try {
      const successor = await Handover.start(this.#supervisor, process.execPath, args, options);
      await this.#confirm(successor, signal);
      return successor.pid;
    } catch (error) {
      this.#hasSuccessor = false;
      throw error;
    }
  }

  async #confirm(successor: Successor, signal: AbortSignal): Promise<void> {
    this.#manager.follow(successor.pid);
    try {
      await successor.confirm(signal);
    } catch (error) {
      this.#manager.follow(process.pid);
      throw error;
    }
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
