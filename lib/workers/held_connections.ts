import type { Socket } from "../socket/socket.ts";
import type { Worker } from "./worker.ts";

/** A connection that no worker has taken yet. */
export interface Held {
  readonly id: number;
  /** Of the address that it was accepted at. */
  readonly index: number;
  readonly socket: Socket;
  /** The worker that it was passed to. */
  readonly worker: Worker | null;
}

/**
 * The connections that were accepted here and are not yet taken by a worker. They are kept open, so that none is lost
 * with a worker that it was passed to.
 */
export class HeldConnections implements Disposable {
  readonly #held = new Map<number, Held>();
  #lastId = 0;

  get size(): number {
    return this.#held.size;
  }

  /** Those that are passed to no worker, in the order in which they were accepted. */
  get waiting(): readonly Held[] {
    return Array.from(this.#held.values()).filter(({ worker }) => worker === null);
  }

  /** @param socket - owned from now on */
  add(socket: Socket, index: number): Held {
    const held = { id: ++this.#lastId, index, socket, worker: null };
    this.#held.set(held.id, held);
    return held;
  }

  /** Passes it to a worker, which is to answer "taken". */
  pass({ id, index, socket }: Held, worker: Worker): void {
    this.#held.set(id, { id, index, socket, worker });
    worker.pass(id, index, socket);
  }

  /** The worker has it: this copy is closed. @returns whether the worker was to have it */
  taken(id: number, worker: Worker): boolean {
    const held = this.#held.get(id);
    if (held?.worker !== worker) return false;
    held.socket.close();
    return this.#held.delete(id);
  }

  /** The worker has not got it. @returns it, for another worker; `null` if the worker was not to have it */
  missing(id: number, worker: Worker): Held | null {
    const held = this.#held.get(id);
    return held?.worker === worker ? this.#takeBack(held) : null;
  }

  /** The worker has ended. @returns what it has not taken */
  takeBack(worker: Worker): readonly Held[] {
    const lost = Array.from(this.#held.values()).filter((held) => held.worker === worker);
    return lost.map((held) => this.#takeBack(held));
  }

  /** Whether it waits to be passed. */
  waits({ id }: Held): boolean {
    return this.#held.get(id)?.worker === null;
  }

  /** Closes all. */
  close(): void {
    for (const { socket } of this.#held.values()) socket.close();
    this.#held.clear();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #takeBack(held: Held): Held {
    const waiting = { ...held, worker: null };
    this.#held.set(held.id, waiting);
    return waiting;
  }
}
