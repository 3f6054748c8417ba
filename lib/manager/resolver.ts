import { lookup } from "node:dns";
import type { Reactor } from "../reactor/reactor.ts";

/** Called once with the addresses of a host, in the order in which to try them, or with the error. */
export type OnResolved = (error: Error | null, addresses: readonly string[]) => void;

/** Resolves host names as Node does. */
export class Resolver {
  constructor(reactor: Reactor) {
    void reactor;
  }
  block(): void {}
  close(): void {}
  /**
   * @param onResolved - called later
   * @returns a function that cancels this
   */
  lookUp(host: string, onResolved: OnResolved): () => void {
    let pending: OnResolved | null = onResolved;
    lookup(host, { all: true }, (error, addresses) => {
      const tell = pending;
      pending = null;
      if (error) tell?.(error, []);
      else
        tell?.(
          null,
          addresses.map(({ address }) => address),
        );
    });
    return () => {
      pending = null;
    };
  }
}
