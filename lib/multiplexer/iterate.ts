import type { Multiplexer, Ready } from "./multiplexer.ts";

/** Waits again and again, until the multiplexer is closed or nobody wants more. */
export function batches<D>(source: Closable<D>): AsyncGenerator<Ready<D>[], void, undefined> {
  const end = new AbortController();
  const generator = generate(source, end.signal);
  const finish = generator.return.bind(generator);
  // A generator finishes only between two waits: this ends the one that is pending.
  generator.return = (value) => {
    end.abort();
    source.interrupt();
    return finish(value);
  };
  return generator;
}

type Closable<D> = Multiplexer<D> & { readonly closed: boolean };

async function* generate<D>(
  multiplexer: Closable<D>,
  end: AbortSignal,
): AsyncGenerator<Ready<D>[], void, undefined> {
  while (!multiplexer.closed && !end.aborted) {
    const batch: Ready<D>[] = [];
    await multiplexer.wait(undefined, (fd, events, data) => batch.push({ fd, events, data }));
    if (batch.length > 0) yield batch;
  }
}
