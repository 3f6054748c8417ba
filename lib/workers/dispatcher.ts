import { Listener } from "../reactor/listener.ts";
import type { Reactor } from "../reactor/reactor.ts";
import type { Socket } from "../socket/socket.ts";
import type { Slot } from "./slot.ts";
import type { Worker } from "./worker.ts";

/** A connection that no worker has taken yet. The supervisor keeps it open, so that it is not lost with a worker. */
interface Held {
  readonly id: number;
  readonly index: number;
  readonly socket: Socket;
  /** The worker that it was passed to. */
  worker: Worker | null;
}

// So long it waits to pass a connection again to a worker that had no descriptor free.
const RETRY_MS = 50;

/** For the share `accept`: accepts, and passes each connection to the worker that has the fewest. */
export class Dispatcher {
  readonly #reactor: Reactor;
  readonly #slots: readonly Slot[];
  readonly #listeners: readonly Listener[];
  readonly #held = new Map<number, Held>();
  /** How many connections each worker has. */
  readonly #load = new Map<Worker, number>();
  #lastId = 0;
  #onEmpty: (() => void) | null = null;

  constructor(reactor: Reactor, sockets: readonly Socket[], slots: readonly Slot[]) {
    this.#reactor = reactor;
    this.#slots = slots;
    this.#listeners = sockets.map(
      (socket, index) =>
        new Listener(reactor, socket, {
          onConnection: (connection) => {
            this.#hold(connection, index);
          },
        }),
    );
    for (const listener of this.#listeners) listener.pause(); // until a worker is ready
  }

  /** A worker serves. */
  resume(): void {
    for (const held of this.#held.values()) if (!held.worker) this.#pass(held);
    for (const listener of this.#listeners) listener.resume();
  }

  /** @param missing - the worker did not get it */
  taken(worker: Worker, id: number, missing: boolean): void {
    const held = this.#held.get(id);
    if (held?.worker !== worker) return;
    if (missing) {
      this.ended(worker);
      held.worker = null;
      this.#reactor.setTimer(RETRY_MS, () => {
        if (!held.worker) this.#pass(held, worker);
      });
      return;
    }
    held.socket.close();
    this.#held.delete(id);
    if (this.#held.size === 0) this.#onEmpty?.();
  }

  /** A connection of a worker has ended. */
  ended(worker: Worker): void {
    const load = this.#load.get(worker);
    if (load !== undefined) this.#load.set(worker, load - 1);
  }

  /** A worker has exited: what it has not taken goes to others. */
  exited(worker: Worker): void {
    this.#load.delete(worker);
    for (const held of this.#held.values()) {
      if (held.worker !== worker) continue;
      held.worker = null;
      this.#pass(held);
    }
  }

  /**
   * Accepts no more.
   *
   * @param queue - what to do with connections that wait to be accepted
   * @returns a promise that is fulfilled when workers have taken all that were accepted
   */
  async stop(queue: "leave" | "accept"): Promise<void> {
    for (const listener of this.#listeners) {
      if (queue === "leave") listener.pause();
      else
        await new Promise<void>((resolve) => {
          listener.drain(resolve);
        });
    }
    if (this.#held.size === 0 || !this.#slots.some(({ serving }) => serving)) return;
    await new Promise<void>((resolve) => {
      this.#onEmpty = resolve;
    });
  }

  /** Closes what no worker has taken. */
  close(): void {
    for (const listener of this.#listeners) listener.close();
    for (const { socket } of this.#held.values()) socket.close();
    this.#held.clear();
    this.#onEmpty?.();
  }

  #hold(socket: Socket, index: number): void {
    const id = ++this.#lastId;
    const held: Held = { id, index, socket, worker: null };
    this.#held.set(id, held);
    this.#pass(held);
  }

  #pass(held: Held, except?: Worker): void {
    const worker = this.#leastLoaded(except);
    if (!worker) {
      // The next worker that is ready gets it.
      for (const listener of this.#listeners) listener.pause();
      return;
    }
    held.worker = worker;
    this.#load.set(worker, (this.#load.get(worker) ?? 0) + 1);
    worker.pass(held.id, held.index, held.socket);
  }

  /** A worker that does not take its messages gets nothing more while others do. */
  #leastLoaded(except?: Worker): Worker | null {
    let best: Worker | null = null;
    for (const { serving } of this.#slots) {
      if (serving && (best === null || this.#rank(serving, except) < this.#rank(best, except))) {
        best = serving;
      }
    }
    return best;
  }

  #rank(worker: Worker, except?: Worker): number {
    return (this.#load.get(worker) ?? 0) + (worker.blocked || worker === except ? 2 ** 32 : 0);
  }
}
