import type { Descriptor } from "../descriptors/descriptor.ts";
import { type SystemError, isSystemError } from "../errors.ts";
import { Backoff } from "../failures/backoff.ts";
import { isOfClass } from "../failures/classes.ts";
import { READABLE, WRITABLE } from "../multiplexer/multiplexer.ts";
import type { Handler, Reactor } from "./reactor.ts";
import type { Timer } from "./timers.ts";

/**
 * A pause after a call that failed for lack of something that may become free again, such as memory.
 * Calling again immediately, over and over, would keep the processor busy.
 */
export class Pause {
  readonly #reactor: Reactor;
  readonly #onOver: () => void;
  readonly #backoff = new Backoff();
  #timer: Timer | null = null;

  constructor(reactor: Reactor, onOver: () => void) {
    this.#reactor = reactor;
    this.#onOver = onOver;
  }

  /** Whether it is too early to call again. */
  get pending(): boolean {
    return this.#timer?.pending === true;
  }

  /** Whether the call has failed since it last succeeded. */
  get persists(): boolean {
    return this.#backoff.failing;
  }

  /** The call has failed. */
  begin(): void {
    if (!this.pending) this.#timer = this.#reactor.setTimer(this.#backoff.fail(), this.#onOver);
  }

  /** The call has succeeded. */
  reset(): void {
    this.#backoff.reset();
  }

  cancel(): void {
    this.#timer?.cancel();
  }
}

/** For a pause: stops watching for reading, even if the kernel refuses to change the interest. */
export function watchNoMore(reactor: Reactor, descriptor: Descriptor): void {
  try {
    reactor.modify(descriptor, 0);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    // It would be reported over and over. Removing it takes no memory.
    reactor.remove(descriptor);
  }
}

/**
 * After {@link watchNoMore}.
 *
 * @param add - how it was added
 * @throws as `modify`, or `add`
 */
export function watchAgain(
  reactor: Reactor,
  descriptor: Descriptor,
  handler: Handler,
  add = () => {
    reactor.add(descriptor, READABLE, handler);
  },
): void {
  if (reactor.multiplexer.has(descriptor)) reactor.modify(descriptor, READABLE);
  else add();
}

/** The pauses of a connection, one for each direction. Most connections never need one. */
export class TransferPauses {
  readonly #reactor: Reactor;
  readonly #handler: Handler;
  #reading: Pause | null = null;
  #writing: Pause | null = null;

  /** @param handler - called when a pause is over, as if the direction had been reported ready */
  constructor(reactor: Reactor, handler: Handler) {
    this.#reactor = reactor;
    this.#handler = handler;
  }

  /** Whether it is too early to receive. */
  get reading(): boolean {
    return this.#reading !== null && this.#reading.pending;
  }

  /** Whether it is too early to send. */
  get writing(): boolean {
    return this.#writing !== null && this.#writing.pending;
  }

  /** A call has failed. @returns `false` if the error does not pass by itself: no pause has begun */
  begin(call: "recv" | "send", error: SystemError): boolean {
    if (!isOfClass(error, call, "pause", "retry")) return false;
    if (call === "recv") (this.#reading ??= this.#create(READABLE)).begin();
    else (this.#writing ??= this.#create(WRITABLE)).begin();
    return true;
  }

  received(): void {
    this.#reading?.reset();
  }

  sent(): void {
    this.#writing?.reset();
  }

  cancel(): void {
    this.#reading?.cancel();
    this.#writing?.cancel();
  }

  #create(events: number): Pause {
    return new Pause(this.#reactor, () => {
      this.#handler.onReady(events);
    });
  }
}
