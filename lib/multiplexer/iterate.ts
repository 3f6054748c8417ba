import type { Multiplexer, Ready } from "./multiplexer.ts";

/** Waits again and again, until the multiplexer is closed or the consumer leaves its loop. */
export function readyLists<D>(
  multiplexer: Multiplexer<D>,
): AsyncGenerator<Ready<D>[], void, undefined> {
  const end = new AbortController();
  const generator = generate(multiplexer, end.signal);
  const finish = generator.return.bind(generator);
  // A generator finishes only between two waits: this ends its own pending wait, and no other.
  generator.return = (value) => {
    end.abort();
    return finish(value);
  };
  return generator;
}

async function* generate<D>(
  multiplexer: Multiplexer<D>,
  signal: AbortSignal,
): AsyncGenerator<Ready<D>[], void, undefined> {
  while (!multiplexer.closed && !signal.aborted) {
    const list: Ready<D>[] = [];
    try {
      await multiplexer.wait({ signal }, (fd, events, data) => list.push({ fd, events, data }));
    } catch (error) {
      if (error !== signal.reason) throw error;
    }
    if (list.length > 0) yield list;
  }
}
