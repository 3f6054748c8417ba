import { Listener } from "../reactor/listener.ts";
import type { Reactor } from "../reactor/reactor.ts";
import type { Socket } from "../socket/socket.ts";
import { type Held, HeldConnections } from "./held_connections.ts";
import type { Slot } from "./slot.ts";
import type { Worker } from "./worker.ts";

// So long it waits to pass a connection again to a worker that had no descriptor free.
const RETRY_MS = 50;

/** For the share `accept`: accepts, and passes each connection to the worker that has the fewest. */
export class Dispatcher {
  readonly #reactor: Reactor;
  readonly #slots: readonly Slot[];
  readonly #listeners: readonly Listener[];
  readonly #held = new HeldConnections();
  /** How many connections each worker has. */
  readonly #load = new Map<Worker, number>();
  /** The slot after the one that got the last connection: the first to be asked for the next. */
  #turn = 0;
  #onEmpty: (() => void) | null = null;
  #stopping = false;

  /** @param sockets - those of each address */
  constructor(reactor: Reactor, sockets: readonly (readonly Socket[])[], slots: readonly Slot[]) {
    this.#reactor = reactor;
    this.#slots = slots;
    this.#listeners = sockets.flatMap((group, index) =>
      group.map((socket) => this.#listen(socket, index)),
    );
    for (const listener of this.#listeners) listener.pause(); // until a worker is ready
  }

  /** A worker serves. */
  resume(): void {
    for (const held of this.#held.waiting) this.#pass(held);
    if (this.#stopping) return;
    for (const listener of this.#listeners) listener.resume();
  }

  /** @param missing - the worker did not get it */
  taken(worker: Worker, id: number, missing: boolean): void {
    if (!missing) {
      if (this.#held.taken(id, worker) && this.#held.size === 0) this.#onEmpty?.();
      return;
    }
    const held = this.#held.missing(id, worker);
    if (!held) return;
    this.ended(worker);
    this.#reactor.setTimer(RETRY_MS, () => {
      if (this.#held.waits(held)) this.#pass(held, worker);
    });
  }

  /** A connection of a worker has ended. */
  ended(worker: Worker): void {
    const load = this.#load.get(worker);
    if (load !== undefined) this.#load.set(worker, load - 1);
  }

  /** A worker has exited: what it has not taken goes to others. */
  exited(worker: Worker): void {
    this.#load.delete(worker);
    for (const held of this.#held.takeBack(worker)) this.#pass(held);
  }

  /**
   * Accepts no more.
   *
   * @param limitMs - milliseconds after which it closes those that no worker has taken
   * @param queue - what to do with connections that wait to be accepted
   * @returns a promise that is fulfilled when workers have taken all that were accepted
   */
  async stop(limitMs: number, queue: "leave" | "accept"): Promise<void> {
    this.#stopping = true;
    // accept(2) may fail until then, and a worker may take nothing.
    const limit = this.#reactor.setTimer(limitMs, () => {
      this.close();
    });
    for (const listener of this.#listeners) {
      if (queue === "leave") listener.pause();
      else if (!listener.closed)
        await new Promise<void>((resolve) => {
          listener.drain(resolve);
        });
    }
    if (this.#held.size > 0 && this.#slots.some(({ serving }) => serving)) {
      await new Promise<void>((resolve) => {
        this.#onEmpty = resolve;
      });
    }
    limit.cancel();
  }

  /** Closes what no worker has taken. */
  close(): void {
    for (const listener of this.#listeners) listener.close();
    this.#held.close();
    this.#onEmpty?.();
  }

  #listen(socket: Socket, index: number): Listener {
    return new Listener(this.#reactor, socket, {
      turnAway: false,
      onConnection: (connection) => {
        this.#pass(this.#held.add(connection, index));
      },
    });
  }

  #pass(held: Held, except?: Worker): void {
    const worker = this.#leastLoaded(except);
    if (!worker) {
      // The next worker that is ready gets it.
      for (const listener of this.#listeners) listener.pause();
      return;
    }
    this.#load.set(worker, (this.#load.get(worker) ?? 0) + 1);
    this.#held.pass(held, worker);
  }

  /** Of those with the fewest, the next in turn. One that does not take its messages gets nothing while others do. */
  #leastLoaded(except?: Worker): Worker | null {
    let best: Worker | null = null;
    const start = this.#turn;
    for (let step = 0; step < this.#slots.length; step++) {
      const index = (start + step) % this.#slots.length;
      const worker = this.#slots[index]?.serving;
      if (!worker || (best && this.#rank(worker, except) >= this.#rank(best, except))) continue;
      best = worker;
      this.#turn = (index + 1) % this.#slots.length;
    }
    return best;
  }

  #rank(worker: Worker, except?: Worker): number {
    return (this.#load.get(worker) ?? 0) + (worker.blocked || worker === except ? 2 ** 32 : 0);
  }
}
