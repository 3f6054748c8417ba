import { invalidState } from "../arguments.ts";
import { throwIfAborted } from "../runtime/abort.ts";
import { now } from "../runtime/timing.ts";
import type { ManagerCore } from "./core.ts";

/**
 * Who turns the loop.
 * - `idle`: nobody.
 * - `polling`: one turn, which blocks.
 * - `running`: turns without end, which block, or within `reactor.turn`.
 * - `handed over`: `reactor.run` does, which costs less but does not tell when a turn is over.
 * - `stopping`: nobody starts another turn; if nobody runs, the next one to run returns at once.
 */
type State = "idle" | "polling" | "running" | "handed over" | "stopping" | "closed";

/** The turns of a manager: each ends with the `poll` events. */
export class ManagerLoop {
  readonly #core: ManagerCore;
  readonly #pollMs: number;
  #state: State = "idle";

  /** @param pollMs - the longest time between two `poll` events */
  constructor(core: ManagerCore, pollMs: number) {
    this.#core = core;
    this.#pollMs = pollMs;
    core.onPoller = () => {
      this.#startPolling();
    };
  }

  get closed(): boolean {
    return this.#state === "closed";
  }

  /** One turn. @returns how many descriptors were ready */
  poll(limitMs: number): number {
    this.#checkIdle();
    const before = this.#state;
    this.#state = "polling";
    try {
      return this.#turnSync(limitMs);
    } finally {
      this.#leave("polling", before);
    }
  }

  runSync(): void {
    if (!this.#enter()) return;
    try {
      while (this.#state === "running") this.#turnSync(this.#limitMs);
    } finally {
      this.#leave("running", "idle");
      this.#leave("stopping", "idle");
    }
  }

  async run(signal: AbortSignal | undefined): Promise<void> {
    throwIfAborted(signal);
    if (!this.#enter()) return;
    const onAbort = (): void => {
      this.stop();
    };
    signal?.addEventListener("abort", onAbort, { once: true });
    try {
      while (this.#state === "running") await this.#turn();
    } finally {
      signal?.removeEventListener("abort", onAbort);
      this.#leave("running", "idle");
      this.#leave("stopping", "idle");
    }
    throwIfAborted(signal);
  }

  stop(): void {
    const before = this.#state;
    if (before === "closed") return;
    this.#state = "stopping";
    if (before === "handed over") this.#core.reactor.stop();
    else if (before === "running") this.#interrupt();
  }

  close(): void {
    this.#state = "closed";
  }

  async #turn(): Promise<void> {
    const { reactor, pollers } = this.#core;
    if (pollers.size > 0) {
      await reactor.turn(this.#limitMs);
      this.#tellPollers();
      return;
    }
    this.#state = "handed over";
    await reactor.run();
    this.#leave("handed over", "running");
  }

  #turnSync(limitMs: number): number {
    this.#core.resolver.block();
    const ready = this.#core.reactor.turnSync(limitMs);
    this.#tellPollers();
    return ready;
  }

  get #limitMs(): number {
    return this.#core.pollers.size > 0 ? this.#pollMs : Infinity;
  }

  #tellPollers(): void {
    if (this.#core.pollers.size === 0) return;
    const nowMs = now();
    for (const connection of [...this.#core.pollers]) connection.tell({ type: "poll", nowMs });
  }

  /** The first connection wants `poll` events: the turns have to be known. */
  #startPolling(): void {
    if (this.#state !== "handed over") return;
    this.#state = "running";
    this.#core.reactor.stop();
  }

  /** Ends a wait that another callback of this thread finds under way. */
  #interrupt(): void {
    this.#core.reactor.setTimer(0, () => undefined);
  }

  #checkIdle(): void {
    if (this.#state === "closed") throw invalidState("the manager is closed");
    if (this.#state !== "idle" && this.#state !== "stopping") {
      throw invalidState("the manager is running");
    }
  }

  /** @returns whether to run: not after a stop */
  #enter(): boolean {
    this.#checkIdle();
    const goes = this.#state === "idle";
    this.#state = goes ? "running" : "idle";
    return goes;
  }

  #leave(from: State, to: State): void {
    if (this.#state === from) this.#state = to;
  }
}
