import { anAbortSignal } from "../arguments.ts";

/** As {@link anAbortSignal}, but also accepts `undefined`. */
export function checkSignal(signal: unknown, name = "signal"): void {
  if (signal !== undefined) anAbortSignal(signal, name);
}

/** Throws the reason of an aborted signal. Signals of some packages have no `throwIfAborted()`. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw reasonOf(signal);
}

/** As `promise`, but rejected with the signal's reason once it is aborted. */
export async function unlessAborted<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  promise.catch(() => null); // when the signal has won, nobody waits for it
  throwIfAborted(signal);
  let onAbort = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => {
      reject(reasonOf(signal));
    };
    signal.addEventListener("abort", onAbort, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

/** The reason of an aborted signal; signals of some packages have none. */
export function reasonOf(signal: AbortSignal | undefined): Error {
  const reason = signal?.reason as Error | undefined;
  return reason ?? new DOMException("This operation was aborted", "AbortError");
}
