/** Is told what user code has thrown, or what its promise was rejected with. */
export type OnError = (error: unknown) => void;

/** What a failed callback was about, and is closed for it: a connection, a socket. */
export interface Concerned {
  close(error: unknown): void;
}

/**
 * The one place that deals with failures of user code: they go to whom they concern and to `onError`,
 * and never to the loop.
 */
export class Guard {
  readonly #onError: (error: unknown) => unknown;

  /** @param onError - default: a process warning with the stack */
  constructor(onError: OnError = warn) {
    this.#onError = onError;
  }

  call(callback: () => unknown, concerned?: Concerned): void {
    try {
      this.watch(callback(), concerned);
    } catch (error) {
      this.tell(error, concerned);
    }
  }

  /** Takes what a callback has returned: a promise may still be rejected. */
  watch(result: unknown, concerned?: Concerned): void {
    if (!isThenable(result)) return;
    result.then(undefined, (error: unknown) => {
      this.tell(error, concerned);
    });
  }

  tell(error: unknown, concerned?: Concerned): void {
    try {
      const result = this.#onError(error);
      if (isThenable(result)) result.then(undefined, warn);
    } catch (second) {
      warn(second);
    }
    concerned?.close(error);
  }
}

interface Thenable {
  then(onFulfilled: undefined, onRejected: (reason: unknown) => void): unknown;
}

export function isThenable(value: unknown): value is Thenable {
  if (typeof value !== "object" || value === null) return false;
  return "then" in value && typeof value.then === "function";
}

function warn(error: unknown): void {
  process.emitWarning(`A callback has failed: ${String(error)}`, {
    type: "PolluxWarning",
    code: "POLLUX_CALLBACK_FAILED",
    detail: error instanceof Error ? (error.stack ?? "") : "What was thrown is no Error.",
  });
}
