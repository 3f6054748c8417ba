import { nextTick } from "../runtime/timing.ts";
import { invalidType } from "./errors.ts";

/** @throws TypeError ERR_INVALID_ARG_TYPE: it is no AbortSignal */
export function checkSignal(signal: unknown, name: string): AbortSignal {
  if (!isSignal(signal)) throw invalidType(name, "an instance of AbortSignal", signal);
  return signal;
}

/** Calls back once the signal is aborted, never at once. @returns a function that cancels this */
export function whenAborted(signal: AbortSignal, onAbort: () => void): () => void {
  if (signal.aborted) {
    nextTick(onAbort);
    return () => undefined;
  }
  signal.addEventListener("abort", onAbort, { once: true });
  return () => {
    signal.removeEventListener("abort", onAbort);
  };
}

function isSignal(value: unknown): value is AbortSignal {
  return typeof value === "object" && value !== null && "aborted" in value;
}
