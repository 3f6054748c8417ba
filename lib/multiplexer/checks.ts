import { checkInteger, invalidArgType, outOfRange } from "../errors.ts";
import { PRIORITY, READABLE, WRITABLE } from "./multiplexer.ts";

export function checkInterest(interest: number): void {
  checkInteger(interest, "interest", 0, READABLE | WRITABLE | PRIORITY);
}

/** The arguments of a wait. */
export function checkWait(timeoutMs: unknown, onReady: unknown): void {
  if (typeof timeoutMs !== "number") throw invalidArgType("timeoutMs", "a number", timeoutMs);
  if (!(timeoutMs >= 0)) throw outOfRange("timeoutMs", ">= 0", timeoutMs);
  if (typeof onReady !== "function") throw invalidArgType("onReady", "a function", onReady);
}
