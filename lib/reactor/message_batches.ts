import * as sys from "../sys/index.ts";
import { undetachableMemory } from "./borrowed_memory.ts";
import { recv } from "./uninterrupted.ts";

const { EAGAIN, EINTR } = sys.errno;
const NONE: Uint8Array = new Uint8Array(0);

/** How many messages a batch takes, and of how many bytes. */
export interface Slots {
  readonly count: number;
  /** Messages are shorter; a connection that fills its slot leaves the batches of this size. */
  readonly size: number;
}

/** Their memory stays in the nearest caches of the processor. */
export const SHORT: Slots = { count: 64, size: 1024 };

/**
 * With 16 of 16 KiB the memory stays in the cache of a processor. A cache line more than other reads take (shared.ts):
 * starts of slots at multiples of 64 KiB would share one set of the cache.
 */
export const LONG: Slots = { count: 16, size: 64 * 1024 + 64 };

/** What a batch needs of a connection. None of these throws. */
export interface BatchEnd {
  /** The most bytes that it takes at once. */
  readonly inbox: { readonly limit: number };
  /**
   * Takes the result of recv(2): the number of bytes in `buffer` at `offset`, 0 at the end, or -errno.
   *
   * @param last - the result of the last recv(2), if another one followed that for these bytes: -errno, which the
   * kernel reports once, so it has to be known before a handler calls again; 0: nothing more has arrived
   */
  onReceived(result: number, buffer: Uint8Array, offset: number, last?: number): void;
  /** Takes the result of send(2), and the bytes that it did not send. Calls no handler. */
  onUnsent(result: number, buffer: Uint8Array, offset: number, length: number): void;
  /**
   * Called for one that left because of what it sent, when the handlers of the batch have returned: a write calls no
   * handlers of other connections.
   */
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

/** Memory for a message that is longer than a short slot. */
export interface Memory {
  readonly scratch: Uint8Array;
}

/** One connection's part in the batches. */
export class BatchMember {
  /** The descriptor; -1 when it is closed. Here, because with many connections each object costs a cache miss. */
  fd: number;
  readonly end: BatchEnd;
  /** Bytes of this connection that the current batch will send. */
  sending = 0;
  /** Bytes that batches have sent so far. */
  sent = 0;
  #batches: MessageBatches;
  #state: State = "direct";

  constructor(batches: MessageBatches, fd: number, end: BatchEnd) {
    this.#batches = batches;
    this.fd = fd;
    this.end = end;
  }

  /** Whether a batch receives its next message, and nothing else is to be done. */
  get joined(): boolean {
    return this.#state === "batchable" || this.#state === "queued";
  }

  /** Whether a batch is about to receive for it, or has received bytes that it was not given yet. */
  get queued(): boolean {
    return this.#state === "queued" || this.#state === "leaving";
  }

  /** Whether `received` bytes fill a slot: there may be more. */
  fills(received: number): boolean {
    return received >= this.#batches.slots.size;
  }

  /** Does nothing while batches of another size have it queued. */
  join(batches: MessageBatches): void {
    if (this.#state === "direct") {
      this.#batches = batches;
      this.#state = "batchable";
    } else if (this.#state === "leaving" && batches === this.#batches) this.#state = "queued";
  }

  leave(): void {
    if (this.#state === "batchable") this.#state = "direct";
    else if (this.#state === "queued") this.#state = "leaving";
  }

  /** Its descriptor is about to be closed. */
  close(): void {
    this.leave();
    this.fd = -1;
  }

  /** @returns `false` if the connection has to receive by itself */
  receive(): boolean {
    if (this.#state !== "batchable" || this.#batches.busy) return false;
    this.#state = "queued";
    this.#batches.enqueue(this);
    return true;
  }

  /**
   * Called by the batch, just before it hands over the result. Later messages are likely as long as this one, so a
   * member leaves whose slot has another size than suits it.
   *
   * @returns whether it had not left before
   */
  dequeue(result: number): boolean {
    const wasJoined = this.#state === "queued";
    this.#state = wasJoined && this.#batches.suit(result) ? "batchable" : "direct";
    return wasJoined;
  }

  /** @returns `false` if the connection has to send by itself, after {@link flush} */
  send(buffer: Uint8Array, offset: number, length: number): boolean {
    const goes = this.joined && this.sending === 0 && length > 0 && this.#batches.holds(buffer);
    if (goes) this.#batches.send(this, offset, length);
    return goes;
  }

  /** Sends its bytes in the current batch. */
  flush(): void {
    if (this.sending > 0) this.#batches.flush();
  }
}

/**
 * Transfers messages of many connections at once: one crossing into native code receives for all that
 * are readable, another sends all the answers. Answers are sent from the memory that was received into.
 */
export class MessageBatches {
  readonly slots: Slots;
  #arena: Uint8Array = NONE;
  readonly #incoming: sys.Transfers;
  readonly #outgoing: sys.Transfers;
  // The lists are reused, so they allocate nothing; a handled entry becomes `undefined`.
  readonly #readable: List = [];
  readonly #senders: List = [];
  readonly #left = new Set<BatchMember>();
  #readableCount = 0;
  #sendersCount = 0;
  /** `receiving`: handlers run for received messages. `sent`: they run for those that left because of their answers. */
  #state: "idle" | "receiving" | "sent" = "idle";

  readonly #shorter: Slots | null;
  readonly #memory: Memory;
  readonly #enabled: boolean;

  /**
   * @param shorter - the slots of the batches for shorter messages
   * @param enabled - whether the reactor calls {@link run}
   */
  constructor(slots: Slots, shorter: Slots | null, memory: Memory, enabled: boolean) {
    this.slots = slots;
    this.#shorter = shorter;
    this.#memory = memory;
    this.#enabled = enabled;
    this.#incoming = new sys.Transfers(slots.count);
    this.#outgoing = new sys.Transfers(slots.count);
    for (let slot = 0; slot < slots.count; slot++)
      this.#incoming.setPart(slot, slot * slots.size, slots.size);
  }

  /** Whether a message of `length` bytes, or the end, fits a slot, and no shorter one. -errno does not. */
  suit(length: number): boolean {
    return length < this.slots.size && length >= (this.#shorter?.size ?? 0);
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
    if (this.#readableCount === this.slots.count) this.run();
  }

  /** Queues `length` bytes of the arena, for {@link flush}. */
  send(member: BatchMember, offset: number, length: number): void {
    const index = this.#sendersCount++;
    member.sending = length;
    this.#senders[index] = member;
    this.#outgoing.setPart(index, offset, length);
    if (index + 1 === this.slots.count) this.flush();
  }

  /** Receives for all queued members, hands out the results, and sends the answers. */
  run(): void {
    const count = this.#readableCount;
    if (this.busy || count === 0) return;
    this.#readableCount = 0;
    this.#state = "receiving";
    // Empty at first, and when a handler has transferred it.
    if (this.#arena.length === 0)
      this.#arena = undetachableMemory(this.slots.count * this.slots.size);
    const arena = this.#arena;
    const incoming = this.#incoming;
    const { size } = this.slots;
    fill(incoming, this.#readable, count);
    sys.recvMany(incoming, count, arena);
    for (let slot = 0; slot < count; slot++) {
      const member = take(this.#readable, slot);
      // A handler that has transferred the memory has also taken the bytes of later members.
      const received = incoming.result(slot);
      const result = arena.length === 0 && received > 0 ? -sys.errno.EFAULT : received;
      const wasJoined = member.dequeue(result);
      if (result === size && wasJoined) this.#receiveRest(member, slot * size);
      else member.end.onReceived(result, arena, slot * size);
    }
    this.flush();
    this.#state = "sent";
    for (const { end } of this.#left) end.onFlushed();
    this.#left.clear();
    this.#state = "idle";
  }

  /**
   * A slot is full: receives what else has arrived. If the connection answered a long message in two parts,
   * the second could wait until the peer acknowledges the first (Nagle's algorithm), which takes 40 ms.
   */
  #receiveRest({ fd, end }: BatchMember, offset: number): void {
    const { scratch } = this.#memory;
    const { size } = this.slots;
    const room = Math.min(scratch.length, end.inbox.limit) - size;
    const rest = room > 0 ? recv(fd, scratch, size, room) : null;
    if (rest === null || rest <= 0) {
      end.onReceived(size, this.#arena, offset, room > 0 ? (rest ?? 0) : size);
      if (rest === 0) end.onReceived(0, scratch, 0);
      return;
    }
    scratch.set(this.#arena.subarray(offset, offset + size));
    end.onReceived(size + rest, scratch, 0, rest < room ? 0 : size + rest);
  }

  /** Sends the queued answers. Calls no handler. */
  flush(): void {
    const count = this.#sendersCount;
    if (count === 0) return;
    this.#sendersCount = 0;
    const [arena, senders, outgoing] = [this.#arena, this.#senders, this.#outgoing];
    fill(outgoing, senders, count);
    sys.sendMany(outgoing, count, arena, sys.MSG_NOSIGNAL);
    for (let index = 0; index < count; index++) {
      const member = take(senders, index);
      const [result, length] = [outgoing.result(index), member.sending];
      const sent = Math.max(0, result);
      member.sending = 0;
      member.sent += sent;
      if (sent < length)
        member.end.onUnsent(result, arena, outgoing.offset(index) + sent, length - sent);
      if (!member.joined) this.#left.add(member);
    }
  }
}

type List = (BatchMember | undefined)[];

function take(list: List, index: number): BatchMember {
  const member = list[index]!;
  list[index] = undefined;
  return member;
}

// A connection that was closed meanwhile has -1 and fails with EBADF, which it ignores.
function fill(transfers: sys.Transfers, members: Readonly<List>, count: number): void {
  for (let index = 0; index < count; index++) transfers.setFd(index, members[index]!.fd);
}

/** Whether a call of a batch would block, or was interrupted: it has to be made again. */
export function movedNothing(result: number): boolean {
  return result === -EAGAIN || result === -EINTR;
}
