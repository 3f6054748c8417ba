import type { OnReady } from "./multiplexer.ts";
import type { Registration } from "./registration.ts";

/**
 * The events of one harvest, delivered one by one. The position is kept between calls: if a handler throws,
 * or starts a wait, the rest is not lost. Handlers may add, remove and close, so each event is checked against
 * the current state of its registration.
 */
export class ReadyList<D> {
  readonly #registrations: (Registration<D> | undefined)[] = [];
  readonly #events: number[] = [];
  readonly #drop: (registration: Registration<D>) => void;
  #next = 0;
  #count = 0;

  /** @param drop - called for a registration whose owner has closed the descriptor */
  constructor(drop: (registration: Registration<D>) => void) {
    this.#drop = drop;
  }

  get empty(): boolean {
    return this.#next === this.#count;
  }

  clear(): void {
    // What was not delivered must not stay in memory.
    while (this.#next < this.#count) this.#registrations[this.#next++] = undefined;
    this.#next = 0;
    this.#count = 0;
  }

  push(registration: Registration<D>, events: number): void {
    this.#registrations[this.#count] = registration;
    this.#events[this.#count] = events;
    this.#count++;
  }

  /** As {@link push}, but adds to an entry of the same registration if there is one. */
  merge(registration: Registration<D>, events: number): void {
    const index = this.#registrations.indexOf(registration, this.#next);
    if (index >= 0 && index < this.#count) this.#events[index]! |= events;
    else this.push(registration, events);
  }

  /** @returns how many were reported */
  deliver(onReady: OnReady<D>): number {
    let reported = 0;
    while (this.#next < this.#count) {
      const index = this.#next++;
      const registration = this.#registrations[index]!;
      this.#registrations[index] = undefined;
      if (!registration.watched) continue;
      if (registration.internal) {
        registration.internal();
        continue;
      }
      if (registration.abandoned) {
        this.#drop(registration);
        continue;
      }
      const { fd, reportable, data, target } = registration;
      const events = this.#events[index]! & reportable;
      if (events === 0) continue;
      reported++;
      onReady(fd, events, data as D, target);
    }
    return reported;
  }
}
