import { inspect } from "node:util";

/** Called with the error that user code threw, or that its promise was rejected with. */
export type OnError = (error: unknown) => void;

/** The connection or socket that a callback belongs to; closed if the callback fails. */
export interface Concerned {
  close(error: unknown): void;
}

type Warn = (error: unknown) => void;

/**
 * Calls user code. Errors that it throws, or that its promise is rejected with, go to `onError` and to what
 * they concern, and never reach the loop.
 */
export class Guard {
  readonly #onError: ((error: unknown) => unknown) | undefined;

  /** @param onError - default: a process warning with the stack */
  constructor(onError?: OnError) {
    this.#onError = onError;
  }

  call(callback: () => unknown, concerned?: Concerned): void {
    try {
      this.watch(callback(), concerned);
    } catch (error) {
      this.fail(error, concerned);
    }
  }

  /** Takes the result of a callback: if it is a promise, it may still be rejected. */
  watch(result: unknown, concerned?: Concerned): void {
    if (!isThenable(result)) return;
    result.then(undefined, (error: unknown) => {
      this.fail(error, concerned);
    });
  }

  /** A callback has failed. */
  fail(error: unknown, concerned?: Concerned): void {
    this.#tell(error, warnOfCallback);
    if (!concerned) return;
    try {
      concerned.close(error);
    } catch (second) {
      // EBADF: other code has closed it.
      this.#tell(second, warnOfCall);
    }
  }

  /** A system call of the library has failed, not a callback. */
  tell(error: unknown): void {
    this.#tell(error, warnOfCall);
  }

  #tell(error: unknown, warn: Warn): void {
    if (!this.#onError) {
      warn(error);
      return;
    }
    try {
      const result = this.#onError(error);
      if (isThenable(result)) result.then(undefined, warnOfCallback);
    } catch (second) {
      warnOfCallback(second);
    }
  }
}

interface Thenable {
  then(onFulfilled: (() => void) | undefined, onRejected: (reason: unknown) => void): unknown;
}

export function isThenable(value: unknown): value is Thenable {
  const isObject = typeof value === "object" ? value !== null : typeof value === "function";
  return isObject && "then" in (value as object) && typeof (value as Thenable).then === "function";
}

function warnOfCallback(error: unknown): void {
  warn("A callback has failed", "POLLUX_CALLBACK_FAILED", error);
}

function warnOfCall(error: unknown): void {
  warn("A system call has failed", "POLLUX_CALL_FAILED", error);
}

function warn(what: string, code: string, error: unknown): void {
  const [text, detail] = textOf(error);
  process.emitWarning(`${what}: ${text}`, { type: "PolluxWarning", code, detail });
}

/** The text and the stack of any thrown value. */
function textOf(error: unknown): [text: string, detail: string] {
  try {
    const isError = typeof error === "object" && error !== null && "stack" in error;
    const stack = isError ? error.stack : undefined;
    if (typeof stack === "string") return [String(error), stack];
    return [
      typeof error === "string" ? error : inspect(error),
      "The thrown value is not an Error.",
    ];
  } catch {
    return ["a value without a text", "The thrown value cannot be printed."];
  }
}
