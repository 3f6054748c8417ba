import { inspect } from "node:util";

/** Is told of what user code has thrown, or what its promise was rejected with. */
export type OnError = (error: unknown) => void;

/** What a failed callback was about, and is closed for it: a connection, a socket. */
export interface Concerned {
  close(error: unknown): void;
}

type Warn = (error: unknown) => void;

/**
 * The one place that calls user code: what that throws, or its promise is rejected with, goes to `onError`
 * and to whom it concerns, and never to the loop.
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

  /** Takes what a callback has returned: a promise may still be rejected. */
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
      // EBADF: somebody else has closed it.
      this.#tell(second, warnOfCall);
    }
  }

  /** Something else has failed, which is nobody's mistake: a system call of the library's own. */
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

/** Whatever was thrown: its text, and its stack. */
function textOf(error: unknown): [text: string, detail: string] {
  try {
    const isError = typeof error === "object" && error !== null && "stack" in error;
    const stack = isError ? error.stack : undefined;
    if (typeof stack === "string") return [String(error), stack];
    return [typeof error === "string" ? error : inspect(error), "What was thrown is no Error."];
  } catch {
    return ["something without a text", "What was thrown cannot be printed."];
  }
}
