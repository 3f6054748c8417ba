import type { Registration } from "./registration.ts";
import { READABLE, WRITABLE } from "./multiplexer.ts";

const NONE: readonly never[] = [];

/**
 * Regular files and directories. epoll refuses them (EPERM); select and poll call them always ready,
 * and so does this table in the place of the kernel.
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

  /** Those that are to be reported. */
  ready(): readonly Registration<D>[] {
    // Asked before each wait, and there are seldom any.
    if (this.#registrations.size === 0) return NONE;
    return [...this.#registrations].filter(
      ({ armed, interest }) => armed && (interest & (READABLE | WRITABLE)) !== 0,
    );
  }
}
