import { invalidArgType } from "../arguments.ts";
import { Guard, type OnError } from "../runtime/guard.ts";
import { borrowedMemory } from "./borrowed_memory.ts";
import { PacketReceiver } from "./packets.ts";
import { type Receiver, StreamReceiver } from "./receiver.ts";
import { LONG, MessageBatches, SHORT } from "./message_batches.ts";

const SCRATCH_BYTES = 64 * 1024;

/** What the connections and listeners of one reactor share. */
export class Shared {
  readonly guard: Guard;
  /** Transfers short messages of many connections in few calls. */
  readonly shortMessages: MessageBatches;
  readonly #longMessages: MessageBatches;
  #scratch: Uint8Array | null = null;
  readonly #streams = new StreamReceiver(this);
  #packets: PacketReceiver | null = null;

  /** @param batches - whether the reactor calls {@link runBatches} */
  constructor(onError: OnError | undefined, batches: boolean) {
    this.guard = new Guard(onError);
    this.shortMessages = new MessageBatches(SHORT, null, this, batches);
    this.#longMessages = new MessageBatches(LONG, SHORT, this, batches);
  }

  /** Memory for bytes that are received and used within one event. */
  get scratch(): Uint8Array {
    this.#scratch ??= borrowedMemory(SCRATCH_BYTES);
    return this.#scratch;
  }

  /** The batches for messages of `length` bytes; `null` if these are received one by one. */
  batchesFor(length: number): MessageBatches | null {
    if (this.shortMessages.suit(length)) return this.shortMessages;
    return this.#longMessages.suit(length) ? this.#longMessages : null;
  }

  /** Receives what is queued. */
  runBatches(): void {
    this.shortMessages.run();
    this.#longMessages.run();
  }

  /** Receives for connections of streams, or of seqpacket sockets. */
  receiver(packets: boolean): Receiver {
    return packets ? (this.#packets ??= new PacketReceiver()) : this.#streams;
  }

  /**
   * A handler gets `buffer`. Until {@link takeBack}, connections that it makes receive use other memory.
   *
   * @returns whether to take it back
   */
  lend(buffer: Uint8Array): boolean {
    if (this.#packets?.lend(buffer)) return true;
    const lent = buffer === this.#scratch;
    if (lent) this.#scratch = null;
    return lent;
  }

  takeBack(buffer: Uint8Array): void {
    if (this.#packets?.takeBack(buffer)) return;
    this.#scratch = buffer.length > 0 ? buffer : null; // the handler may have transferred it
  }
}

/** The key of a reactor's `onError`, the same in each copy of this package. */
export const TOLD = Symbol.for("pollux.onError");

const METHODS = ["add", "modify", "remove", "setTimer"] as const;

/** A reactor, of this copy of the package or of another one. */
type AnyReactor = Readonly<Record<(typeof METHODS)[number], unknown>> & {
  readonly [TOLD]?: OnError | undefined;
};

const byReactor = new WeakMap<AnyReactor, Shared>();

/** Called once by each reactor of this copy. */
export function share(reactor: AnyReactor, shared: Shared): void {
  byReactor.set(reactor, shared);
}

/** What the parts of a reactor share. For a reactor of another copy of the package, without batches. */
export function sharedBy(reactor: AnyReactor): Shared {
  const known = byReactor.get(reactor);
  if (known) return known;
  if (
    METHODS.some((name) => typeof (reactor as Partial<AnyReactor> | null)?.[name] !== "function")
  ) {
    throw invalidArgType("reactor", "a Reactor", reactor);
  }
  const shared = new Shared(reactor[TOLD], false);
  byReactor.set(reactor, shared);
  return shared;
}
