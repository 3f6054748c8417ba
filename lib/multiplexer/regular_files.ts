import type { Registration } from "./registration.ts";
import { READABLE, WRITABLE } from "./multiplexer.ts";

const NONE: readonly never[] = [];

/**
 * Regular files and directories. select and poll report them as always ready; epoll refuses them (EPERM), so
 * this table reports them instead.
 */
export class RegularFiles<D> {
  readonly #registrations = new Set<Registration<D>>();

  has(registration: Registration<D>): boolean {
    return this.#registrations.has(registration);
  }

  add(registration: Registration<D>): void {
    this.#registrations.add(registration);
  }

  delete(registration: Registration<D>): boolean {
    return this.#registrations.delete(registration);
  }

  clear(): void {
    this.#registrations.clear();
  }

  /** The files to report. */
  ready(): readonly Registration<D>[] {
    // Called before each wait, and there are rarely any.
    if (this.#registrations.size === 0) return NONE;
    return [...this.#registrations].filter(
      ({ armed, interest }) => armed && (interest & (READABLE | WRITABLE)) !== 0,
    );
  }
}
