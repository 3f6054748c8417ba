import * as sys from "../sys/index.ts";
import { undetachableMemory } from "./borrowed_memory.ts";
import { recv } from "./uninterrupted.ts";

/** The size of a slot. Batches transfer shorter messages; a connection that gets a longer one leaves them. */
export const MESSAGE_SIZE = 1024;
const { EAGAIN, EINTR } = sys.errno;
// With 64 slots the memory stays in the processor's nearest caches.
const SLOTS = 64;

/** What a batch needs of a connection. None of these throws. */
export interface BatchEnd {
  /** The descriptor; -1 when it is closed. */
  readonly fd: number;
  /** Takes the result of recv(2): the number of bytes in `buffer` at `offset`, 0 at the end, or -errno. */
  onReceived(result: number, buffer: Uint8Array, offset: number): void;
  /** Takes the result of send(2) for the bytes that were written. Calls no handler. */
  onSent(result: number, buffer: Uint8Array, offset: number, length: number): void;
  /** Called when all members of a batch have their results: a handler's writes come after these bytes. */
  onFlushed(): void;
}

/**
 * How a connection receives.
 * - `direct`: with calls of its own.
 * - `batchable`: a batch receives its next message, and nothing else is to be done.
 * - `queued`: a batch is about to receive for it, or has received; then it is `batchable`.
 * - `leaving`: as `queued`; then it is `direct`.
 */
type State = "direct" | "batchable" | "queued" | "leaving";

/** Memory for a message that is longer than a slot. */
export interface Memory {
  readonly scratch: Uint8Array;
}

/** One connection's part in the batches. */
export class BatchMember {
  readonly end: BatchEnd;
  /** The most bytes that it takes at once. */
  readonly limit: number;
  /** Bytes of this connection that the current batch will send. */
  sending = 0;
  readonly #messages: SmallMessages;
  #state: State = "direct";

  constructor(messages: SmallMessages, end: BatchEnd, limit: number) {
    this.#messages = messages;
    this.end = end;
    this.limit = limit;
  }

  /** Whether a batch receives its next message, and nothing else is to be done. */
  get joined(): boolean {
    return this.#state === "batchable" || this.#state === "queued";
  }

  /** Whether a batch is about to receive for it, or has received bytes that it was not given yet. */
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

  /** @returns `false` if the connection has to receive by itself */
  receive(): boolean {
    if (this.#state !== "batchable" || this.#messages.busy) return false;
    this.#state = "queued";
    this.#messages.enqueue(this);
    return true;
  }

  /** Called by the batch, just before it hands over the result. */
  dequeue(): void {
    this.#state = this.#state === "queued" ? "batchable" : "direct";
  }

  /** @returns `false` if the connection has to send by itself, after {@link flush} */
  send(buffer: Uint8Array, offset: number, length: number): boolean {
    const goes = this.joined && this.sending === 0 && length > 0 && this.#messages.holds(buffer);
    if (goes) this.#messages.send(this, offset, length);
    return goes;
  }

  /** Sends its bytes in the current batch. */
  flush(): void {
    if (this.sending > 0) this.#messages.flush();
  }
}

/**
 * Transfers small messages of many connections at once: one crossing into native code receives for all that
 * are readable, another sends all the answers. Answers are sent from the memory that was received into.
 */
export class SmallMessages {
  #arena = undetachableMemory(SLOTS * MESSAGE_SIZE);
  readonly #fds = new Int32Array(SLOTS);
  readonly #offsets = new Int32Array(SLOTS);
  readonly #lengths = new Int32Array(SLOTS);
  readonly #results = new Int32Array(SLOTS);
  readonly #received = new Int32Array(SLOTS);
  // The lists are reused, so they allocate nothing; a handled entry becomes `undefined`.
  readonly #readable: List = [];
  readonly #senders: List = [];
  #readableCount = 0;
  #sendersCount = 0;
  /** `receiving`: handlers run for received messages. `sending`: they run for sent answers. */
  #state: "idle" | "receiving" | "sending" = "idle";

  readonly #memory: Memory;
  readonly #enabled: boolean;

  /** @param enabled - whether the reactor calls {@link run} */
  constructor(memory: Memory, enabled: boolean) {
    this.#memory = memory;
    this.#enabled = enabled;
  }

  /** Whether nothing can be queued: a batch is being handled, or batches are disabled. */
  get busy(): boolean {
    return this.#state !== "idle" || !this.#enabled;
  }

  /** Whether bytes in `buffer` can be sent in place: the current batch has received them. */
  holds(buffer: Uint8Array): boolean {
    return this.#state === "receiving" && buffer === this.#arena;
  }

  /** Queues a member for {@link run}, which starts when all slots are taken: then memory is still cached. */
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

  /** Receives for all queued members, hands out the results, and sends the answers. */
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
      // A handler that has transferred the memory has also taken the bytes of later members.
      const lost = arena.length === 0 && received[slot]! > 0;
      const result = lost ? -sys.errno.EFAULT : received[slot]!;
      if (result === MESSAGE_SIZE && member.joined) this.#receiveRest(member, slot * MESSAGE_SIZE);
      else member.end.onReceived(result, arena, slot * MESSAGE_SIZE);
    }
    this.flush();
    this.#state = "idle";
    if (arena.length === 0) this.#arena = undetachableMemory(SLOTS * MESSAGE_SIZE);
  }

  /**
   * A slot is full: receives what else has arrived. If the connection answered a long message in two parts,
   * the second could wait until the peer acknowledges the first (Nagle's algorithm), which takes 40 ms.
   */
  #receiveRest({ end, limit }: BatchMember, offset: number): void {
    const { scratch } = this.#memory;
    const size = Math.min(scratch.length, limit) - MESSAGE_SIZE;
    const rest = size > 0 ? recv(end.fd, scratch, MESSAGE_SIZE, size) : null;
    if (rest === null || rest <= 0) {
      end.onReceived(MESSAGE_SIZE, this.#arena, offset);
      if (rest !== null) end.onReceived(rest, scratch, 0);
      return;
    }
    scratch.set(this.#arena.subarray(offset, offset + MESSAGE_SIZE));
    end.onReceived(MESSAGE_SIZE + rest, scratch, 0);
  }

  /** Sends the queued answers. Handlers that run meanwhile send by themselves: the lists are in use. */
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

// A connection that was closed meanwhile has -1 and fails with EBADF, which it ignores.
function fill(fds: Int32Array, members: Readonly<List>, count: number): void {
  for (let index = 0; index < count; index++) fds[index] = members[index]!.end.fd;
}

/** Whether a call of a batch would block, or was interrupted: it has to be made again. */
export function movedNothing(result: number): boolean {
  return result === -EAGAIN || result === -EINTR;
}
