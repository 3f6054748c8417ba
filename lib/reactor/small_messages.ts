import * as sys from "../sys/index.ts";
import type { Connection } from "./connection.ts";

/** The most bytes that count as a small message; more is received and sent by calls of its own. */
export const MESSAGE_SIZE = 1024;
/** Edge-triggered, a busy peer is read so often in a turn, or until the memory was filled once. */
export const READS_PER_TURN = 16;
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
  // Lists that are filled again and again allocate nothing; what is handled leaves an `undefined`.
  readonly #readable: List = [];
  readonly #senders: List = [];
  #readableCount = 0;
  #sendersCount = 0;
  #delivering = false;
  #running = false;
  /** What a handler has thrown, first of all; {@link run} throws it at its end. */
  #failure: { readonly error: unknown } | null = null;

  /** Whether bytes in `buffer` can be sent from where they are: they came by the batch under way. */
  holds(buffer: Uint8Array): boolean {
    return this.#delivering && buffer === this.#arena;
  }

  /**
   * Notes that `connection` is readable, for {@link run}, which the last slot that is taken starts: what
   * lies in the processor's caches is used again at once.
   *
   * @returns `false` while a batch is under way: receive by yourself
   */
  receive(connection: Connection): boolean {
    if (this.#running) return false;
    this.#readable[this.#readableCount++] = connection;
    if (this.#readableCount === SLOTS) this.run();
    return true;
  }

  /** Notes `length` bytes of the arena that `connection` has written, for {@link flush}. */
  send(connection: Connection, offset: number, length: number): void {
    const index = this.#sendersCount++;
    this.#senders[index] = connection;
    this.#offsets[index] = offset;
    this.#lengths[index] = length;
    if (index + 1 === SLOTS) this.flush();
  }

  /** Receives for all that are noted, hands out what came, and sends what was written. */
  run(): void {
    const count = this.#readableCount;
    if (this.#running || count === 0) return;
    this.#readableCount = 0;
    this.#running = true;
    fill(this.#fds, this.#readable, count);
    sys.recvMany(this.#fds, count, this.#arena, MESSAGE_SIZE, this.#received);
    this.#delivering = true;
    this.#forAll(count, (slot) => {
      const [connection, offset] = [take(this.#readable, slot), slot * MESSAGE_SIZE];
      connection.onReceived(this.#received[slot]!, this.#arena, offset, MESSAGE_SIZE);
    });
    this.flush();
    this.#delivering = false;
    this.#running = false;
    const failure = this.#failure;
    this.#failure = null;
    if (failure) throw failure.error;
  }

  /** Sends what is noted. What handlers throw meanwhile is kept for {@link run}. */
  flush(): void {
    const count = this.#sendersCount;
    if (count === 0) return;
    // Handlers that run meanwhile write by themselves: these lists are taken.
    const delivering = this.#delivering;
    this.#delivering = false;
    this.#sendersCount = 0;
    const senders = this.#senders;
    const [fds, arena, offsets, lengths] = [this.#fds, this.#arena, this.#offsets, this.#lengths];
    fill(fds, senders, count);
    sys.sendMany(fds, count, arena, offsets, lengths, this.#results, sys.MSG_NOSIGNAL);
    // First all of them, because what a handler writes comes behind what was not taken.
    for (let index = 0; index < count; index++) {
      senders[index]!.onSent(this.#results[index]!, arena, offsets[index]!, lengths[index]!);
    }
    this.#forAll(count, (index) => {
      take(senders, index).afterSent();
    });
    this.#delivering = delivering;
  }

  // What one of them throws must not cost the others what has been received for them.
  #forAll(count: number, handle: (index: number) => void): void {
    for (let index = 0; index < count; index++) {
      try {
        handle(index);
      } catch (error) {
        this.#failure ??= { error };
      }
    }
  }
}

type List = (Connection | undefined)[];

function take(list: List, index: number): Connection {
  const connection = list[index]!;
  list[index] = undefined;
  return connection;
}

// What was closed meanwhile has -1 and fails with EBADF, which its connection does not mind.
function fill(fds: Int32Array, connections: Readonly<List>, count: number): void {
  for (let index = 0; index < count; index++) fds[index] = connections[index]!.socket.fd;
}
