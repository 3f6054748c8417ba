import { undetachableMemory } from "./borrowed_memory.ts";
import * as sys from "../sys/index.ts";

/** What is received by a batch is shorter; connections receive and send more by calls of their own. */
export const MESSAGE_SIZE = 1024;
const { EAGAIN, EINTR } = sys.errno;
// With 64 slots the memory stays in the processor's nearest caches.
const SLOTS = 64;

/** What a batch needs of a connection. None of these throws. */
export interface BatchEnd {
  /** The descriptor; -1 when it is closed. */
  readonly fd: number;
  /** Takes the answer of recv(2): so many bytes in `buffer` at `offset`, 0 at the end, or -errno. */
  onReceived(result: number, buffer: Uint8Array, offset: number): void;
  /** Takes the answer of send(2) to what was written. Calls nobody. */
  onSent(result: number, buffer: Uint8Array, offset: number, length: number): void;
  /** Called when all of a batch have their answers: what a handler writes comes behind them. */
  onFlushed(): void;
}

/**
 * How a connection receives.
 * - `direct`: by calls of its own.
 * - `batchable`: its next message goes by a batch, and then nothing is left to do.
 * - `queued`: a batch is about to receive for it, or has received; it is `batchable` after that.
 * - `leaving`: as `queued`; it is `direct` after that.
 */
type State = "direct" | "batchable" | "queued" | "leaving";

/** One connection's part in the batches. */
export class BatchMember {
  readonly end: BatchEnd;
  /** Bytes of its own that the batch under way is to send. */
  sending = 0;
  readonly #messages: SmallMessages;
  #state: State = "direct";

  constructor(messages: SmallMessages, end: BatchEnd) {
    this.#messages = messages;
    this.end = end;
  }

  /** Whether its next message goes by a batch, and leaves nothing to do. */
  get joined(): boolean {
    return this.#state === "batchable" || this.#state === "queued";
  }

  /** Whether a batch is about to receive for it, or has received what it was not given yet. */
  get queued(): boolean {
    return this.#state === "queued" || this.#state === "leaving";
  }

  join(): void {
    if (this.#state === "direct") this.#state = "batchable";
    else if (this.#state === "leaving") this.#state = "queued";
  }

  leave(): void {
    if (this.#state === "batchable") this.#state = "direct";
    else if (this.#state === "queued") this.#state = "leaving";
  }

  /** @returns `false` where it has to receive by itself */
  receive(): boolean {
    if (this.#state !== "batchable" || this.#messages.busy) return false;
    this.#state = "queued";
    this.#messages.enqueue(this);
    return true;
  }

  /** Called by the batch, just before it hands over. */
  dequeue(): void {
    this.#state = this.#state === "queued" ? "batchable" : "direct";
  }

  /** @returns `false` where it has to send by itself, after {@link flush} */
  send(buffer: Uint8Array, offset: number, length: number): boolean {
    const goes = this.joined && this.sending === 0 && length > 0 && this.#messages.holds(buffer);
    if (goes) this.#messages.send(this, offset, length);
    return goes;
  }

  /** Sends what it has in the batch under way. */
  flush(): void {
    if (this.sending > 0) this.#messages.flush();
  }
}

/**
 * Small messages of many connections at once: one crossing into native code receives for all that are
 * readable, another sends all the answers. The memory that is received into is what is sent from.
 */
export class SmallMessages {
  #arena = undetachableMemory(SLOTS * MESSAGE_SIZE);
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
  /** `receiving`: handlers of a batch run. `sending`: handlers run for what it has sent. */
  #state: "idle" | "receiving" | "sending" = "idle";

  readonly #enabled: boolean;

  /** @param enabled - whether somebody calls {@link run} */
  constructor(enabled = true) {
    this.#enabled = enabled;
  }

  /** Whether nothing can be queued: a batch is under way, or there are none. */
  get busy(): boolean {
    return this.#state !== "idle" || !this.#enabled;
  }

  /** Whether bytes in `buffer` can be sent from where they are: they came by the batch under way. */
  holds(buffer: Uint8Array): boolean {
    return this.#state === "receiving" && buffer === this.#arena;
  }

  /** Queues a member for {@link run}, which the last free slot starts: its memory is still in the cache. */
  enqueue(member: BatchMember): void {
    this.#readable[this.#readableCount++] = member;
    if (this.#readableCount === SLOTS) this.run();
  }

  /** Queues `length` bytes of the arena, for {@link flush}. */
  send(member: BatchMember, offset: number, length: number): void {
    const index = this.#sendersCount++;
    member.sending = length;
    this.#senders[index] = member;
    this.#offsets[index] = offset;
    this.#lengths[index] = length;
    if (index + 1 === SLOTS) this.flush();
  }

  /** Receives for all that are queued, hands out what came, and sends what was written. */
  run(): void {
    const count = this.#readableCount;
    if (this.busy || count === 0) return;
    this.#readableCount = 0;
    this.#state = "receiving";
    const arena = this.#arena;
    const received = this.#received;
    fill(this.#fds, this.#readable, count);
    sys.recvMany(this.#fds, count, arena, MESSAGE_SIZE, received);
    for (let slot = 0; slot < count; slot++) {
      const member = take(this.#readable, slot);
      member.dequeue();
      // A handler that has transferred the memory has taken the bytes of those behind it, too.
      const lost = arena.length === 0 && received[slot]! > 0;
      member.end.onReceived(lost ? -sys.errno.EFAULT : received[slot]!, arena, slot * MESSAGE_SIZE);
    }
    this.flush();
    this.#state = "idle";
    if (arena.length === 0) this.#arena = undetachableMemory(SLOTS * MESSAGE_SIZE);
  }

  /** Sends what is queued. Handlers that run for it write by themselves: the lists are in use. */
  flush(): void {
    const count = this.#sendersCount;
    if (count === 0) return;
    this.#state = "sending";
    this.#sendersCount = 0;
    const [arena, senders, results] = [this.#arena, this.#senders, this.#results];
    const [offsets, lengths] = [this.#offsets, this.#lengths];
    fill(this.#fds, senders, count);
    sys.sendMany(this.#fds, count, arena, offsets, lengths, results, sys.MSG_NOSIGNAL);
    for (let index = 0; index < count; index++) {
      const member = senders[index]!;
      member.sending = 0;
      member.end.onSent(results[index]!, arena, offsets[index]!, lengths[index]!);
    }
    for (let index = 0; index < count; index++) take(senders, index).end.onFlushed();
    this.#state = "receiving";
  }
}

type List = (BatchMember | undefined)[];

function take(list: List, index: number): BatchMember {
  const member = list[index]!;
  list[index] = undefined;
  return member;
}

// What was closed meanwhile has -1 and fails with EBADF, which its connection does not mind.
function fill(fds: Int32Array, members: Readonly<List>, count: number): void {
  for (let index = 0; index < count; index++) fds[index] = members[index]!.end.fd;
}

/** Whether a call of a batch would block, or was interrupted: it is to be made again. */
export function movedNothing(result: number): boolean {
  return result === -EAGAIN || result === -EINTR;
}
