import { anAbortSignal } from "../arguments.ts";

/** As {@link anAbortSignal}, where there may be none. */
export function checkSignal(signal: unknown, name = "signal"): void {
  if (signal !== undefined) anAbortSignal(signal, name);
}

/** Throws the reason of a signal that is aborted: packages have no `throwIfAborted()`. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw reasonOf(signal);
}

/** Why it is aborted; packages do not say. */
export function reasonOf(signal: AbortSignal | undefined): Error {
  const reason = signal?.reason as Error | undefined;
  return reason ?? new DOMException("This operation was aborted", "AbortError");
}
