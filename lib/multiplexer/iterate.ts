import { type OptionTable, aBoolean, readOptions } from "../arguments.ts";
import { checkSignal, throwIfAborted } from "../runtime/abort.ts";
import type { Multiplexer, OnReady, Ready, ReadyListOptions } from "./multiplexer.ts";

const OPTIONS: OptionTable<ReadyListOptions> = { signal: checkSignal, untilEmpty: aBoolean };

/** Waits again and again, until the multiplexer is closed or the consumer leaves its loop. */
export function readyLists<D>(
  multiplexer: Multiplexer<D>,
  options: ReadyListOptions,
): AsyncGenerator<Ready<D>[], void, undefined> {
  const { signal, untilEmpty = false } = readOptions(options, OPTIONS);
  const end = new AbortController();
  const generator = generate(multiplexer, end, signal, untilEmpty);
  const finish = generator.return.bind(generator);
  const fail = generator.throw.bind(generator);
  // A generator finishes only between two waits: these end its own pending wait, and no other.
  generator.return = (value) => {
    end.abort();
    return finish(value);
  };
  generator.throw = (error) => {
    end.abort();
    return fail(error);
  };
  return generator;
}

async function* generate<D>(
  multiplexer: Multiplexer<D>,
  end: AbortController,
  signal: AbortSignal | undefined,
  untilEmpty: boolean,
): AsyncGenerator<Ready<D>[], void, undefined> {
  const onAbort = (): void => {
    end.abort();
  };
  signal?.addEventListener("abort", onAbort, { once: true });
  try {
    for (;;) {
      throwIfAborted(signal);
      if (multiplexer.closed || end.signal.aborted) return;
      if (untilEmpty && multiplexer.size === 0) return;
      const list: Ready<D>[] = [];
      try {
        await multiplexer.wait({ signal: end.signal, untilEmpty }, collectInto(list));
      } catch (error) {
        if (error !== end.signal.reason) throw error;
      }
      if (list.length > 0) yield list;
    }
  } finally {
    signal?.removeEventListener("abort", onAbort);
  }
}

/** A handler that keeps what is ready. */
export function collectInto<D>(list: Ready<D>[]): OnReady<D> {
  return (fd, events, data, target) => list.push({ fd, target, events, data });
}
