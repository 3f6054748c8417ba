import type { Reactor } from "../reactor/reactor.ts";
import { ResolverThread } from "./resolver_thread.ts";

/** Called once with the addresses of a host, in the order in which to try them, or with the error. */
export type OnResolved = (error: Error | null, addresses: readonly string[]) => void;

/**
 * Resolves host names as Node does: in the thread's own event loop. While the manager blocks that, a thread does it
 * instead.
 */
export class Resolver {
  readonly #reactor: Reactor;
  readonly #pending = new Map<OnResolved, string>();
  #thread: ResolverThread | null = null;

  constructor(reactor: Reactor) {
    this.#reactor = reactor;
  }

  /**
   * @param onResolved - called later
   * @returns a function that cancels this
   */
  lookUp(host: string, onResolved: OnResolved): () => void {
    this.#pending.set(onResolved, host);
    // Loaded by those who need it: all others import the package faster.
    const { lookup } = process.getBuiltinModule("node:dns");
    lookup(host, { all: true }, (error, addresses) => {
      this.#answer(
        onResolved,
        error,
        addresses?.map(({ address }) => address),
      );
    });
    return () => {
      this.#pending.delete(onResolved);
    };
  }

  /** The thread's own event loop is about to be blocked: no answer would come from there. */
  block(): void {
    if (this.#pending.size === 0) return;
    try {
      this.#thread ??= new ResolverThread(this.#reactor);
    } catch (error) {
      // No descriptor is free. It concerns those that wait for a name, and nobody else.
      for (const onResolved of [...this.#pending.keys()]) this.#answer(onResolved, error as Error);
      return;
    }
    for (const [onResolved, host] of this.#pending) {
      this.#thread.lookUp(onResolved, host, (error, addresses) => {
        this.#answer(onResolved, error, addresses);
      });
    }
  }

  close(): void {
    this.#pending.clear();
    this.#thread?.close();
  }

  /** The first answer counts. */
  #answer(onResolved: OnResolved, error: Error | null, addresses: readonly string[] = []): void {
    if (this.#pending.delete(onResolved)) onResolved(error, addresses);
  }
}
