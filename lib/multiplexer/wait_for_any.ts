import { reasonOf, throwIfAborted } from "../runtime/abort.ts";
import { now } from "../runtime/timing.ts";
import { PollMultiplexer } from "./poll.ts";
import { SharedWait } from "./shared_wait.ts";

/** A descriptor of several that are waited for. */
export interface Candidate {
  readonly fd: number;
  /** READABLE, WRITABLE, or 0: it is not waited for. */
  readonly interest: number;
}

/**
 * Waits until one of several descriptors is ready. Blocks the JavaScript thread; signals do not end it,
 * `worker.terminate()` does.
 *
 * @param limitMs - milliseconds; `Infinity`: no limit
 * @returns those that are ready; none if the time passed
 */
export function waitForAnySync(candidates: readonly Candidate[], limitMs: number): Set<number> {
  using multiplexer = new PollMultiplexer();
  for (const { fd, interest } of candidates) multiplexer.add(fd, interest);
  const ready = new Set<number>();
  multiplexer.waitSync({ timeoutMs: limitMs, restart: true }, (fd) => {
    ready.add(fd);
  });
  return ready;
}

/**
 * As {@link waitForAnySync}, with this thread free meanwhile. Returns the first one that is ready.
 *
 * @param candidates - at least one
 * @throws the reason of `signal`. SystemError EMFILE: no descriptor is free to wait with
 */
export async function waitForAny(
  candidates: readonly Candidate[],
  limitMs: number,
  signal?: AbortSignal,
): Promise<Set<number>> {
  throwIfAborted(signal);
  const deadlineMs = now() + limitMs;
  const removals: (() => void)[] = [];
  let onAbort = (): void => undefined;
  try {
    return await new Promise((resolve, reject) => {
      for (const { fd, interest } of candidates) {
        const end = (ready: boolean): void => {
          resolve(new Set(ready ? [fd] : []));
        };
        removals.push(SharedWait.add({ fd, interest, deadlineMs, end, fail: reject }));
      }
      onAbort = () => {
        reject(reasonOf(signal));
      };
      signal?.addEventListener("abort", onAbort, { once: true });
    });
  } finally {
    for (const remove of removals) remove();
    signal?.removeEventListener("abort", onAbort);
  }
}
