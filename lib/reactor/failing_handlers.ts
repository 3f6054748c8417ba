// Enough for an error that passes by itself; few enough that a level-triggered descriptor, which is reported
// again immediately, does not keep the processor busy.
const MAX_FAILURES = 16;

/** Counts how often each handler of a reactor has failed since it last succeeded. */
export class FailingHandlers {
  readonly #failures = new WeakMap<object, number>();
  /** Whether any has ever failed: until then there is nothing to look up. */
  #any = false;

  /** @returns whether it has failed too often in a row */
  fail(handler: object): boolean {
    const failures = (this.#failures.get(handler) ?? 0) + 1;
    this.#any = true;
    this.#failures.set(handler, failures);
    return failures >= MAX_FAILURES;
  }

  goWell(handler: object): void {
    if (this.#any) this.#failures.delete(handler);
  }
}
