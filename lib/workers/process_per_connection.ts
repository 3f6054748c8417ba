import type { Address, AddressLike } from "../address/address.ts";
import { checkInteger, invalidArgValue, readOptions } from "../arguments.ts";
import { wholeOf } from "../descriptors/forgotten.ts";
import { createMultiplexer } from "../multiplexer/create.ts";
import { Listener } from "../reactor/listener.ts";
import { type Handler, Reactor } from "../reactor/reactor.ts";
import { sharedBy } from "../reactor/shared.ts";
import { now } from "../runtime/timing.ts";
import { type ChildChange, Children, type ChildrenEvents, type ChildrenSetup } from "./children.ts";
import { HeldConnections } from "./held_connections.ts";
import { Listening } from "./listening.ts";
import type { Totals } from "./messages.ts";
import {
  PROCESS_OPTIONS,
  type ProcessPerConnectionOptions,
} from "./process_per_connection_options.ts";
import { type LogStream, urlOf } from "./starting.ts";

/** `draining`: connections that wait to be accepted are accepted. `stopping`: all of them are; children end. */
type Phase = "serving" | "draining" | "stopping" | "over";

/**
 * Serves each connection in a process of its own: what happens to one, a crash or a call that blocks, happens to no
 * other. It accepts, and passes the connected descriptor to a child, which is started beforehand or on demand. Until
 * the child says that it has the connection, it stays open here, and goes to another child if that one dies.
 *
 * A child's program is that of a `Supervisor`'s worker: `WorkerSlot.open`, a server, `serve`. It is killed by the kernel
 * when this process ends in any way. Runs on Node's own loop, which must not be blocked for long.
 */
export class ProcessPerConnection implements AsyncDisposable {
  readonly #listening: Listening;
  readonly #reactor: Reactor;
  readonly #listeners: readonly Listener[];
  readonly #held = new HeldConnections();
  readonly #children: Children;
  readonly #spare: number;
  readonly #drainMs: number;
  readonly #stopped: Promise<Totals>;
  #phase: Phase = "serving";
  /** When it stops: at which time what is left is cut off. */
  #deadlineMs = Infinity;
  #sparesAreReady: (() => void) | null = null;
  #failure: Error | null = null;

  private constructor(entry: string | URL, options: ProcessPerConnectionOptions) {
    const {
      listen,
      backlog,
      unlinkStale,
      children = 64,
      spare = Math.min(2, children),
      connectionsPerChild = 1,
      data = null,
      args = [],
      readyMs = 10_000,
      drainMs = 5000,
      pauseMs = 100,
      maxFailures = 10,
      onChild,
      onLog = writeLine,
      onError,
    } = readOptions(options, PROCESS_OPTIONS);
    if ((listen as readonly AddressLike[] | undefined)?.length === 0 || !Array.isArray(listen)) {
      throw invalidArgValue("options.listen", "at least one address", listen);
    }
    if (spare > children) {
      throw invalidArgValue(
        "options.spare",
        `at most options.children, ${String(children)}`,
        spare,
      );
    }
    this.#spare = spare;
    this.#drainMs = drainMs;
    const whole = wholeOf("ProcessPerConnection");
    const url = urlOf(entry);
    const sharing = { share: "accept", workers: 1, backlog, unlinkStale } as const;
    this.#listening = Listening.open(whole, listen, [], sharing);
    let reactor: Reactor | null = null;
    try {
      this.#reactor = reactor = new Reactor(createMultiplexer<Handler>("epoll"), { onError });
      this.#listeners = this.#listening.all.map((socket, index) => this.#listen(socket, index));
    } catch (error) {
      this.#listening.close();
      reactor?.close();
      throw error;
    }
    const setup: ChildrenSetup = {
      reactor: this.#reactor,
      kind: "process",
      entry: { url, args },
      readyMs,
      unresponsiveMs: Infinity, // a child may block as long as it likes
      children,
      connectionsPerChild,
      pauseMs,
      maxFailures,
      start: {
        type: "start",
        share: "accept",
        sockets: [],
        locks: 0,
        addresses: this.#listening.packed,
        data,
        connections: connectionsPerChild,
      },
    };
    const { guard } = sharedBy(this.#reactor);
    const events: ChildrenEvents = {
      onChange: (change) => {
        if (onChild) guard.call(() => onChild(change));
      },
      onLine: (child, line, stream) => {
        guard.call(() => onLog(child, line, stream));
      },
      onTaken: (worker, id, missing) => {
        if (missing) this.#held.missing(id, worker);
        else this.#held.taken(id, worker);
        this.#settle();
      },
      onExited: (worker) => {
        this.#held.takeBack(worker);
      },
      onAvailable: () => {
        this.#settle();
      },
      onGivenUp: (error) => {
        this.#fail(error);
      },
    };
    this.#children = new Children(setup, events);
    this.#stopped = this.#run();
    this.#stopped.catch(() => null); // not awaiting it is allowed
  }

  /**
   * Opens the listening sockets, and starts the children that are kept ready.
   *
   * @param entry - the module of a child, which calls `WorkerSlot.open`
   * @returns a promise that is fulfilled when they are ready
   * @throws SystemError EADDRINUSE… TypeError, RangeError: an option. Error: children do not become ready
   */
  static async start(
    entry: string | URL,
    options: ProcessPerConnectionOptions,
  ): Promise<ProcessPerConnection> {
    const server = new ProcessPerConnection(entry, options);
    const ready = new Promise<void>((resolve) => {
      server.#sparesAreReady = resolve;
    });
    server.#settle();
    await Promise.race([ready, server.#stopped]);
    return server;
  }

  /** Where clients connect to. */
  get addresses(): readonly Address[] {
    return this.#listening.addresses;
  }

  /** The children that there are. */
  get children(): readonly ChildChange[] {
    return this.#children.list;
  }

  /** The sum of the counters of all children that have ended, but for those that were killed or have crashed. */
  get totals(): Totals {
    return this.#children.totals;
  }

  /** Fulfilled when all children have ended; rejected if no child becomes ready. */
  get stopped(): Promise<Totals> {
    return this.#stopped;
  }

  /**
   * Accepts what waits to be accepted and no more, lets the children end their connections, and closes.
   *
   * @param drainMs - milliseconds after which what is left is cut off; a child that does not end within two more
   * seconds is killed. Default: the option
   * @returns {@link stopped}
   */
  async stop(drainMs: number = this.#drainMs): Promise<Totals> {
    checkInteger(drainMs, "drainMs", 0, 2 ** 31 - 1);
    if (this.#phase === "serving") {
      this.#phase = "draining";
      this.#deadlineMs = now() + drainMs;
      this.#reactor.setTimer(drainMs, () => {
        this.#cutOff();
      });
      for (const listener of this.#listeners) {
        listener.drain(() => {
          this.#settle();
        });
      }
      this.#settle();
    }
    return await this.#stopped;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #listen(socket: Listening["all"][number], index: number): Listener {
    return new Listener(this.#reactor, socket, {
      turnAway: false, // a descriptor becomes free as soon as a child has its connection
      acceptsPerTurn: 1,
      onConnection: (connection) => {
        this.#held.add(connection, index);
        this.#settle();
      },
    });
  }

  /** Does what is to be done after any change. */
  #settle(): void {
    this.#pass();
    const { length: waiting } = this.#held.waiting;
    switch (this.#phase) {
      case "serving":
        this.#children.fill(waiting + this.#spare);
        this.#accept(waiting < this.#children.room);
        if (this.#children.idle >= this.#spare) this.#sparesAreReady?.();
        break;
      case "draining":
        this.#children.fill(waiting);
        this.#children.stop(this.#restMs, "busy");
        if (waiting === 0 && this.#listeners.every(({ closed }) => closed)) {
          this.#phase = "stopping";
          this.#settle();
        }
        break;
      case "stopping":
        this.#children.fill(waiting); // a child has died before it took its connection
        this.#children.stop(this.#restMs, waiting > 0 ? "busy" : "all");
        if (this.#held.size === 0 && this.#children.size === 0) this.#end();
        break;
      case "over":
        break;
    }
  }

  get #restMs(): number {
    return Math.max(0, this.#deadlineMs - now());
  }

  #pass(): void {
    for (const held of this.#held.waiting) {
      const worker = this.#children.take();
      if (!worker) return;
      this.#held.pass(held, worker);
    }
  }

  #accept(accepts: boolean): void {
    for (const listener of this.#listeners) {
      if (accepts) listener.resume();
      else listener.pause();
    }
  }

  /** What has no child by now gets none. */
  #cutOff(): void {
    if (this.#phase === "over") return;
    this.#phase = "stopping";
    for (const listener of this.#listeners) listener.close();
    this.#held.close();
    this.#settle();
  }

  #fail(error: Error): void {
    if (this.#phase === "over") return;
    this.#failure ??= error;
    this.#deadlineMs = Math.min(this.#deadlineMs, now() + this.#drainMs);
    this.#cutOff();
  }

  #end(): void {
    this.#phase = "over";
    this.#children.close();
    this.#reactor.stop();
  }

  async #run(): Promise<Totals> {
    await this.#reactor.run();
    await this.#children.gone;
    for (const listener of this.#listeners) listener.close();
    this.#listening.close();
    this.#reactor.close();
    if (this.#failure) throw this.#failure;
    return this.totals;
  }
}

function writeLine(child: number, line: string, stream: LogStream): void {
  process[stream].write(`[child ${String(child)}] ${line}\n`);
}
