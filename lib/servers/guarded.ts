/** Is told of what a user's callback has thrown, or its promise was rejected with. */
export type OnError = (error: unknown) => void;

/** A process warning with the stack: what nobody else wants to hear. */
export function warn(error: unknown): void {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.emitWarning(`A callback failed: ${text}`, { type: "PolluxWarning" });
}

/**
 * Calls a user's callback. What it throws, or its promise is rejected with, goes to `onError` and no
 * further; what that throws is a process warning.
 */
export function guarded(call: () => unknown, onError: OnError = warn): void {
  try {
    const result: unknown = call();
    if (!isThenable(result)) return;
    Promise.resolve(result).catch((error: unknown) => {
      tell(error, onError);
    });
  } catch (error) {
    tell(error, onError);
  }
}

/** Tells `onError`, which must not throw. */
export function tell(error: unknown, onError: OnError = warn): void {
  try {
    onError(error);
  } catch (another) {
    warn(another);
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value;
}
