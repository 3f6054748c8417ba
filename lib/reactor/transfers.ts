import { READABLE } from "../multiplexer/multiplexer.ts";
import * as sys from "../sys/index.ts";
import type { Connection } from "./connection.ts";

/** The most bytes that count as a small message; more is received and sent by calls of its own. */
export const MESSAGE_SIZE = 1024;
// With 64 slots the memory stays in the processor's nearest caches.
const SLOTS = 64;

/**
 * Small messages of many connections at once: one crossing into native code receives for all that are
 * readable, another sends all the answers. The memory that is received into is what is sent from.
 */
export class Transfers {
  readonly #arena = new Uint8Array(SLOTS * MESSAGE_SIZE);
  readonly #fds = new Int32Array(SLOTS);
  readonly #offsets = new Int32Array(SLOTS);
  readonly #lengths = new Int32Array(SLOTS);
  readonly #results = new Int32Array(SLOTS);
  readonly #received = new Int32Array(SLOTS);
  #readable: Connection[] = [];
  #senders: Connection[] = [];
  #delivering = false;
  #running = false;

  /** Whether bytes in `buffer` can be sent from where they are: they came by the batch under way. */
  holds(buffer: Uint8Array): boolean {
    return this.#delivering && buffer === this.#arena;
  }

  /**
   * Notes that `connection` is readable, for {@link run}.
   *
   * @returns `false` while a batch is under way: receive by yourself
   */
  receive(connection: Connection): boolean {
    if (!this.#running) this.#readable.push(connection);
    return !this.#running;
  }

  /** Notes `length` bytes of the arena that `connection` has written, for {@link flush}. */
  send(connection: Connection, offset: number, length: number): void {
    const index = this.#senders.push(connection) - 1;
    this.#offsets[index] = offset;
    this.#lengths[index] = length;
    if (index + 1 === SLOTS) this.flush();
  }

  /** Receives for all that are noted, hands out what came, and sends what was written. */
  run(): void {
    if (this.#running || this.#readable.length === 0) return;
    const readable = this.#readable;
    this.#readable = [];
    this.#running = true;
    try {
      for (let from = 0; from < readable.length; from += SLOTS) {
        this.#runBatch(readable.slice(from, from + SLOTS));
      }
    } finally {
      this.#running = false;
    }
  }

  /** Sends what is noted. */
  flush(): void {
    const senders = this.#senders;
    if (senders.length === 0) return;
    this.#senders = [];
    // Handlers that run meanwhile write by themselves: these arrays are taken.
    const delivering = this.#delivering;
    this.#delivering = false;
    this.#fill(senders);
    const count = senders.length;
    const [fds, arena, offsets, lengths] = [this.#fds, this.#arena, this.#offsets, this.#lengths];
    sys.sendMany(fds, count, arena, offsets, lengths, this.#results, sys.MSG_NOSIGNAL);
    try {
      forAll(count, (index) => {
        senders[index]!.onSent(this.#results[index]!, arena, offsets[index]!, lengths[index]!);
      });
    } finally {
      this.#delivering = delivering;
    }
  }

  #runBatch(batch: Connection[]): void {
    if (batch.length === 1) {
      batch[0]!.onReady(READABLE); // one alone gains nothing
      return;
    }
    this.#fill(batch);
    sys.recvMany(this.#fds, batch.length, this.#arena, MESSAGE_SIZE, this.#received);
    this.#delivering = true;
    try {
      forAll(batch.length, (slot) => {
        const offset = slot * MESSAGE_SIZE;
        batch[slot]!.onReceived(this.#received[slot]!, this.#arena, offset, MESSAGE_SIZE);
      });
    } finally {
      this.flush();
      this.#delivering = false;
    }
  }

  // What was closed meanwhile has -1 and fails with EBADF, which its connection does not mind.
  #fill(connections: readonly Connection[]): void {
    for (let slot = 0; slot < connections.length; slot++) {
      this.#fds[slot] = connections[slot]!.socket.fd;
    }
  }
}

// What one of them throws must not cost the others what has been received for them.
function forAll(count: number, handle: (index: number) => void): void {
  let failure: { readonly error: unknown } | undefined;
  for (let index = 0; index < count; index++) {
    try {
      handle(index);
    } catch (error) {
      failure ??= { error };
    }
  }
  if (failure) throw failure.error;
}
