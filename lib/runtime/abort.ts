import { anAbortSignal } from "../arguments.ts";

/** As {@link anAbortSignal}, but also accepts `undefined`. */
export function checkSignal(signal: unknown, name = "signal"): void {
  if (signal !== undefined) anAbortSignal(signal, name);
}

/** Throws the reason of an aborted signal. Signals of some packages have no `throwIfAborted()`. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw reasonOf(signal);
}

/** The reason of an aborted signal; signals of some packages have none. */
export function reasonOf(signal: AbortSignal | undefined): Error {
  const reason = signal?.reason as Error | undefined;
  return reason ?? new DOMException("This operation was aborted", "AbortError");
}
