import { availableParallelism } from "node:os";
import { pathToFileURL } from "node:url";
import { type Address, type AddressLike, kernelBytes } from "../address/address.ts";
import {
  aBoolean,
  aFunction,
  anArray,
  anInteger,
  anything,
  invalidArgType,
  invalidArgValue,
  oneOf,
  type OptionTable,
  readOptions,
} from "../arguments.ts";
import { wholeOf } from "../descriptors/forgotten.ts";
import { MemFd } from "../descriptors/memfd.ts";
import { createMultiplexer } from "../multiplexer/create.ts";
import { type Handler, Reactor } from "../reactor/reactor.ts";
import type { Socket } from "../socket/socket.ts";
import { Dispatcher } from "./dispatcher.ts";
import { Listening } from "./listening.ts";
import { sum, type Totals } from "./messages.ts";
import { type Share, SHARES } from "./share.ts";
import { Slot, type SlotEvents, type SlotSetup, type WorkerChange } from "./slot.ts";
import type { LogStream } from "./starting.ts";
import type { WorkerKind } from "./worker.ts";

/** What a {@link Supervisor} is started with. */
export interface SupervisorOptions {
  /** How many workers serve at a time. Default: one for each processor. */
  readonly workers?: number;
  /** Processes, or threads of this process. Default: "process". */
  readonly kind?: WorkerKind;
  /** How the workers share connections. Default: "reuseport". */
  readonly share?: Share;
  /** Where clients connect to. */
  readonly listen: readonly AddressLike[];
  /**
   * Sockets that listen already at some of these addresses: from systemd, or from the supervisor before. The
   * supervisor owns them from now on.
   */
  readonly adopted?: readonly Socket[];
  /** How many connections may wait to be accepted, on each socket. Default: SOMAXCONN. */
  readonly backlog?: number;
  /** Whether to delete the file of a unix socket that a dead server left. */
  readonly unlinkStale?: boolean;
  /** For the workers, as `WorkerSlot.data`; in JSON. */
  readonly data?: unknown;
  /** Arguments of the worker's program. */
  readonly args?: readonly string[];
  /** Milliseconds within which a new worker has to be ready. Default: 10,000. */
  readonly readyMs?: number;
  /** Milliseconds for the connections of a worker that stops. Default: 5,000. */
  readonly drainMs?: number;
  /** Milliseconds after which a worker that does not answer is replaced. Default: 10,000. */
  readonly unresponsiveMs?: number;
  /**
   * Milliseconds before a worker is replaced that ended soon after its start; twice as many each time, up to fifty
   * times as many. Default: 100.
   */
  readonly pauseMs?: number;
  /** How often in a row a slot's worker may fail to become ready, before the slot is given up. Default: 10. */
  readonly maxFailures?: number;
  /** Called whenever the state of a worker changes. */
  readonly onWorker?: (change: WorkerChange) => void;
  /** Called with each line that a worker writes. Default: writes it to the same stream, after `[slot N] `. */
  readonly onLog?: (slot: number, line: string, stream: LogStream) => void;
  /** Called with errors after which service goes on. Default: a process warning. */
  readonly onError?: (error: unknown) => void;
}

const OPTIONS: OptionTable<SupervisorOptions> = {
  workers: anInteger(1, 1024),
  kind: oneOf("process", "thread"),
  share: oneOf(...SHARES),
  listen: anArray,
  adopted: anArray,
  backlog: anInteger(0, 2 ** 31 - 1),
  unlinkStale: aBoolean,
  data: anything,
  args: anArray,
  readyMs: anInteger(1, 2 ** 31 - 1),
  drainMs: anInteger(0, 2 ** 31 - 1),
  unresponsiveMs: anInteger(10, 2 ** 31 - 1),
  pauseMs: anInteger(1, 60_000),
  maxFailures: anInteger(1, 2 ** 31 - 1),
  onWorker: aFunction,
  onLog: aFunction,
  onError: aFunction,
};

/** `stopping`: the workers end. `over`: all have ended, and the sockets are closed. */
type Phase = "starting" | "serving" | "stopping" | "over";

/**
 * Serves with several workers, processes or threads, and keeps service up while they are replaced, killed or stand
 * still. It opens every listening socket itself and keeps it open, so that no client that waits to be accepted
 * is lost with a worker. A worker's own connections end with it.
 *
 * Runs on Node's own loop, which must not be blocked for long. `docs/workers.md` tells what is promised.
 */
export class Supervisor implements AsyncDisposable {
  readonly #reactor: Reactor;
  readonly #listening: Listening;
  readonly #lock: MemFd | null;
  readonly #dispatcher: Dispatcher | null;
  readonly #slots: readonly Slot[];
  readonly #drainMs: number;
  readonly #stopped: Promise<Totals>;
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
    } = readOptions(options, OPTIONS);
    if ((listen as readonly AddressLike[] | undefined)?.length === 0 || !Array.isArray(listen)) {
      throw invalidArgValue("options.listen", "at least one address", listen);
    }
    this.#drainMs = drainMs;
    const whole = wholeOf("Supervisor");
    this.#listening = Listening.open(whole, listen, adopted, {
      share,
      workers,
      backlog,
      unlinkStale,
    });
    try {
      this.#lock = share === "mutex" ? new MemFd("accept mutex") : null;
      this.#reactor = new Reactor(createMultiplexer<Handler>("epoll"), { onError });
    } catch (error) {
      this.#listening.close();
      throw error;
    }
    const setup: SlotSetup = {
      reactor: this.#reactor,
      kind,
      entry: { url: urlOf(entry), args },
      readyMs,
      unresponsiveMs,
      drainMs,
      pauseMs,
      maxFailures,
      start: (slot) => this.#start(slot, share, data),
    };
    const events: SlotEvents = {
      onChange: (change) => onWorker?.(change),
      onLine: onLog,
      onReady: () => this.#dispatcher?.resume(),
      onTaken: (worker, id, missing) => this.#dispatcher?.taken(worker, id, missing),
      onEnded: (worker) => this.#dispatcher?.ended(worker),
      onExited: (worker) => this.#dispatcher?.exited(worker),
      onGivenUp: (error) => {
        this.#onGivenUp(error);
      },
    };
    this.#slots = Array.from({ length: workers }, (_, number) => new Slot(number, setup, events));
    this.#dispatcher =
      share === "accept" ? new Dispatcher(this.#reactor, this.#listening.all, this.#slots) : null;
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
  static async start(entry: string | URL, options: SupervisorOptions): Promise<Supervisor> {
    const supervisor = new Supervisor(entry, options);
    try {
      await Promise.all(supervisor.#slots.map((slot) => slot.fill()));
    } catch (error) {
      // Another program may go on with sockets that were adopted.
      const queue = options.adopted?.length ? "leave" : "accept";
      await supervisor.#end(queue === "leave" ? supervisor.#drainMs : 0, queue).catch(() => null);
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
  get totals(): Totals {
    return sum(this.#slots.map(({ totals }) => totals));
  }

  /** Fulfilled when all workers have ended; rejected if every slot was given up. */
  get stopped(): Promise<Totals> {
    return this.#stopped;
  }

  /** @internal The listening sockets, for a supervisor that follows. They stay this one's as well. */
  get sockets(): readonly Socket[] {
    return this.#listening.all;
  }

  /**
   * Replaces the workers one by one. Each new one is ready before the old one stops.
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
   * Accepts what waits to be accepted and no more, lets the workers end their connections, and closes.
   *
   * @param drainMs - milliseconds after which what is left is cut off. Default: the option
   * @returns {@link stopped}
   */
  async stop(drainMs: number = this.#drainMs): Promise<Totals> {
    if (this.#phase === "serving" || this.#phase === "starting") {
      this.#listening.refuseNewcomers();
      await this.#end(drainMs, "accept");
    }
    return await this.#stopped;
  }

  /** As {@link stop}, but leaves what waits to be accepted to another supervisor, which has the sockets. */
  async leave(drainMs: number = this.#drainMs): Promise<Totals> {
    if (this.#phase === "serving") await this.#end(drainMs, "leave");
    return await this.#stopped;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #start(slot: number, share: Share, data: unknown): ReturnType<SlotSetup["start"]> {
    const groups = share === "accept" ? [] : this.#listening.of(slot);
    return {
      message: {
        type: "start",
        slot,
        share,
        sockets: groups.map(({ length }) => length),
        addresses: this.addresses.map((each) => Buffer.from(kernelBytes(each)).toString("hex")),
        data,
      },
      descriptors: [...groups.flat(), ...(this.#lock ? [this.#lock] : [])],
    };
  }

  async #run(): Promise<Totals> {
    await this.#reactor.run();
    this.#phase = "over";
    this.#lock?.close();
    this.#listening.close();
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
    await this.#dispatcher?.stop(queue);
    await Promise.all(this.#slots.map((slot) => slot.empty(drainMs, queue)));
    this.#dispatcher?.close();
    this.#reactor.stop();
  }

  #onGivenUp(error: Error): void {
    if (this.#phase !== "serving" || this.#slots.some(({ givenUp }) => !givenUp)) return;
    this.#failure = error;
    void this.#end(0);
  }
}

function urlOf(entry: unknown): URL {
  if (entry instanceof URL) return entry;
  if (typeof entry === "string") return pathToFileURL(entry);
  throw invalidArgType("entry", "a path or a URL", entry);
}

function writeLine(slot: number, line: string, stream: LogStream): void {
  process[stream].write(`[slot ${String(slot)}] ${line}\n`);
}
