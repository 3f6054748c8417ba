import { availableParallelism } from "node:os";
import type { Address, AddressLike } from "../address/address.ts";
import { checkInteger, invalidArgValue, readOptions } from "../arguments.ts";
import { wholeOf } from "../descriptors/forgotten.ts";
import { MemFd } from "../descriptors/memfd.ts";
import { createMultiplexer } from "../multiplexer/create.ts";
import { type Handler, Reactor } from "../reactor/reactor.ts";
import { sharedBy } from "../reactor/shared.ts";
import { throwIfAborted, unlessAborted } from "../runtime/abort.ts";
import { now } from "../runtime/timing.ts";
import type { Socket } from "../socket/socket.ts";
import { Dispatcher } from "./dispatcher.ts";
import { Listening } from "./listening.ts";
import { sum, type Totals } from "./messages.ts";
import type { Share } from "./share.ts";
import { Slot, type SlotEvents, type SlotSetup, type WorkerChange } from "./slot.ts";
import { type LogStream, urlOf } from "./starting.ts";
import { SUPERVISOR_OPTIONS, type SupervisorOptions } from "./supervisor_options.ts";

const MAX_DRAIN_MS = 2 ** 31 - 1;

/** `stopping`: the workers end. `over`: all have ended, and the sockets are closed. */
type Phase = "starting" | "serving" | "stopping" | "over";

/**
 * Serves with several workers, processes or threads, and keeps service up while they are replaced, killed or stand
 * still. It opens every listening socket itself and keeps it open, so that no client that waits to be accepted
 * is lost with a worker. A worker's own connections end with it.
 *
 * `T` is the type of the workers' counters, such as `EchoTotals`.
 *
 * Runs on Node's own loop, which must not be blocked for long. `docs/workers.md` tells what is promised.
 */
export class Supervisor<T extends object = Totals> implements AsyncDisposable {
  readonly #reactor: Reactor;
  readonly #listening: Listening;
  /** For `mutex`, one for each address. */
  readonly #locks: readonly MemFd[];
  readonly #dispatcher: Dispatcher | null;
  readonly #slots: readonly Slot[];
  readonly #drainMs: number;
  readonly #hasAdopted: boolean;
  readonly #stopped: Promise<T>;
  #phase: Phase = "starting";
  #reloading: Promise<void> | null = null;
  #failure: Error | null = null;

  private constructor(entry: string | URL, options: SupervisorOptions) {
    const {
      workers = availableParallelism(),
      kind = "process",
      share = "reuseport",
      listen,
      adopted = [],
      backlog,
      unlinkStale,
      data = null,
      args = [],
      readyMs = 10_000,
      drainMs = 5000,
      unresponsiveMs = 10_000,
      pauseMs = 100,
      maxFailures = 10,
      onWorker,
      onLog = writeLine,
      onError,
    } = readOptions(options, SUPERVISOR_OPTIONS);
    if ((listen as readonly AddressLike[] | undefined)?.length === 0 || !Array.isArray(listen)) {
      throw invalidArgValue("options.listen", "at least one address", listen);
    }
    const url = urlOf(entry);
    this.#drainMs = drainMs;
    this.#hasAdopted = adopted.length > 0;
    const whole = wholeOf("Supervisor");
    this.#listening = Listening.open(whole, listen, adopted, {
      share,
      workers,
      backlog,
      unlinkStale,
    });
    const locks: MemFd[] = [];
    this.#locks = locks;
    try {
      if (share === "mutex") for (const _ of listen) locks.push(new MemFd("accept mutex"));
      this.#reactor = new Reactor(createMultiplexer<Handler>("epoll"), { onError });
    } catch (error) {
      for (const each of [this.#listening, ...locks]) each.close();
      throw error;
    }
    const setup: SlotSetup = {
      reactor: this.#reactor,
      kind,
      entry: { url, args },
      readyMs,
      unresponsiveMs,
      drainMs,
      pauseMs,
      maxFailures,
      start: (slot) => this.#start(slot, share, data),
    };
    const { guard } = sharedBy(this.#reactor);
    const events: SlotEvents = {
      onChange: (change) => {
        if (onWorker) guard.call(() => onWorker(change));
      },
      onLine: (slot, line, stream) => {
        guard.call(() => onLog(slot, line, stream));
      },
      onServing: () => this.#dispatcher?.resume(),
      onTaken: (worker, id, missing) => this.#dispatcher?.taken(worker, id, missing),
      onEnded: (worker) => this.#dispatcher?.ended(worker),
      onExited: (worker) => this.#dispatcher?.exited(worker),
      mayGiveUp: (error) => {
        const others = this.#phase === "serving" && this.#slots.some(({ serving }) => serving);
        if (others) guard.tell(error); // clients wait in this slot's queue: it is tried again
        return !others;
      },
      onGivenUp: (error) => {
        this.#onGivenUp(error);
      },
    };
    this.#slots = Array.from({ length: workers }, (_, number) => new Slot(number, setup, events));
    this.#dispatcher =
      share === "accept" ? new Dispatcher(this.#reactor, this.#listening.of(0), this.#slots) : null;
    this.#stopped = this.#run();
    this.#stopped.catch(() => null); // not awaiting it is allowed
  }

  /**
   * Opens the listening sockets and starts the workers.
   *
   * @param entry - the module of a worker, which calls `WorkerSlot.open`
   * @returns a promise that is fulfilled when all workers are ready
   * @throws SystemError EADDRINUSE… TypeError, RangeError: an option. Error: a slot was given up; nothing runs
   */
  static async start<T extends object = Totals>(
    entry: string | URL,
    options: SupervisorOptions,
  ): Promise<Supervisor<T>> {
    throwIfAborted(readOptions(options, SUPERVISOR_OPTIONS).signal);
    const supervisor = new Supervisor<T>(entry, options);
    const { signal } = options;
    try {
      const ready = Promise.all(supervisor.#slots.map((slot) => slot.fill()));
      await (signal ? unlessAborted(signal, ready) : ready);
    } catch (error) {
      // Those who have handed sockets over have them still.
      const [drainMs, queue] = supervisor.#hasAdopted
        ? ([supervisor.#drainMs, "leave"] as const)
        : ([0, "accept"] as const);
      await supervisor.#end(drainMs, queue).catch(() => null);
      throw error;
    }
    supervisor.#phase = "serving";
    return supervisor;
  }

  /** Where clients connect to. */
  get addresses(): readonly Address[] {
    return this.#listening.addresses;
  }

  /** The workers that run, by slot; one that is replaced is listed until it has ended. */
  get workers(): readonly WorkerChange[] {
    return this.#slots.flatMap((slot) => slot.workers);
  }

  /** The sum of all workers' counters, also of those that have ended; a second old at most. */
  get totals(): T {
    return sum(this.#slots.map(({ totals }) => totals)) as T;
  }

  /** Fulfilled when all workers have ended; rejected if every slot was given up. */
  get stopped(): Promise<T> {
    return this.#stopped;
  }

  /** @internal The listening sockets, for a supervisor that follows. They stay this one's as well. */
  get sockets(): readonly Socket[] {
    return this.#listening.all;
  }

  /**
   * Replaces the workers one by one. Each new one is ready before the old one stops. A call during a reload waits
   * for that one.
   *
   * @throws Error: a new worker was not ready; the old one of its slot, and those after it, go on
   */
  async reload(): Promise<void> {
    this.#reloading ??= this.#reload().finally(() => {
      this.#reloading = null;
    });
    await this.#reloading;
  }

  /**
   * Lets nothing more arrive at the sockets, also for other processes that have them ({@link leave} does not), accepts
   * what waits to be accepted, lets the workers end their connections, and closes.
   *
   * @param drainMs - milliseconds after which what is left is cut off. Default: the option
   * @returns {@link stopped}
   */
  async stop(drainMs: number = this.#drainMs): Promise<T> {
    checkInteger(drainMs, "drainMs", 0, MAX_DRAIN_MS);
    if (this.#phase === "serving" || this.#phase === "starting") {
      this.#listening.refuseNewcomers();
      await this.#end(drainMs, "accept");
    }
    return await this.#stopped;
  }

  /** As {@link stop}, but leaves what waits to be accepted to another supervisor, which has the sockets. */
  async leave(drainMs: number = this.#drainMs): Promise<T> {
    checkInteger(drainMs, "drainMs", 0, MAX_DRAIN_MS);
    if (this.#phase === "serving") await this.#end(drainMs, "leave");
    return await this.#stopped;
  }

  /** {@link stop}; with sockets that were adopted, and that others may still have, {@link leave}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await (this.#hasAdopted ? this.leave() : this.stop());
  }

  #start(slot: number, share: Share, data: unknown): ReturnType<SlotSetup["start"]> {
    const groups = share === "accept" ? [] : this.#listening.of(slot);
    return {
      message: {
        type: "start",
        slot,
        share,
        sockets: groups.map(({ length }) => length),
        locks: this.#locks.length,
        addresses: this.#listening.packed,
        data,
      },
      descriptors: [...groups.flat(), ...this.#locks],
    };
  }

  async #run(): Promise<T> {
    await this.#reactor.run();
    this.#phase = "over";
    for (const each of [this.#listening, ...this.#locks]) each.close();
    this.#reactor.close();
    if (this.#failure) throw this.#failure;
    return this.totals;
  }

  async #reload(): Promise<void> {
    for (const slot of this.#slots) {
      if (this.#phase !== "serving") return;
      await slot.replace();
    }
  }

  async #end(drainMs: number, queue: "leave" | "accept" = "accept"): Promise<void> {
    this.#phase = "stopping";
    const startMs = now();
    await this.#dispatcher?.stop(drainMs, queue);
    const restMs = Math.max(0, drainMs - (now() - startMs));
    await Promise.all(this.#slots.map((slot) => slot.empty(restMs, queue)));
    this.#dispatcher?.close();
    this.#reactor.stop();
  }

  #onGivenUp(error: Error): void {
    if (this.#phase !== "serving" || this.#slots.some(({ givenUp }) => !givenUp)) return;
    this.#failure = error;
    void this.#end(0, "leave");
  }
}

function writeLine(slot: number, line: string, stream: LogStream): void {
  process[stream].write(`[slot ${String(slot)}] ${line}\n`);
}
