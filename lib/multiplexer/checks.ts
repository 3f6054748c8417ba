import {
  type OptionTable,
  checkInteger,
  invalidArgType,
  outOfRange,
  readOptions,
} from "../arguments.ts";
import { isSystemError } from "../errors.ts";
import * as sys from "../sys/index.ts";
import { PRIORITY, READABLE, READ_CLOSED, WRITABLE } from "./multiplexer.ts";

const INTERESTS = READABLE | WRITABLE | PRIORITY | READ_CLOSED;

export function checkInterest(interest: number): void {
  checkInteger(interest, "interest", 0, INTERESTS);
  if ((interest & ~INTERESTS) !== 0)
    throw outOfRange("interest", "READABLE, WRITABLE, PRIORITY and READ_CLOSED alone", interest);
}

/** Checks the options of a wait against its table; a number is its time limit. */
export function toOptions<O extends { readonly timeoutMs?: number | undefined }>(
  options: number | O | undefined,
  table: OptionTable<O>,
): O | { timeoutMs: number | undefined } {
  if (typeof options !== "object" || options === null) return { timeoutMs: options };
  // Without the check, a misspelt `timeoutMs` would mean no limit.
  return readOptions(options, table);
}

/** Checks a time limit: a number >= 0, or Infinity. */
export function checkTimeout(timeoutMs: unknown): void {
  if (typeof timeoutMs !== "number") throw invalidArgType("timeoutMs", "a number", timeoutMs);
  if (!(timeoutMs >= 0)) throw outOfRange("timeoutMs", ">= 0", timeoutMs);
}

/** Checks the arguments of a wait. */
export function checkWait(timeoutMs: unknown, onReady: unknown): void {
  checkTimeout(timeoutMs);
  if (typeof onReady !== "function") throw invalidArgType("onReady", "a function", onReady);
}

export function checkNext(next: unknown): void {
  if (typeof next !== "function") throw invalidArgType("next", "a function", next);
}

/** Asks the kernel whether a descriptor is open. */
export function isOpen(fd: number): boolean {
  try {
    sys.fcntl(fd, sys.F_GETFD);
    return true;
  } catch (error) {
    if (isSystemError(error, "EBADF")) return false;
    throw error;
  }
}
