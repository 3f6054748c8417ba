import { checkInteger, invalidArgType, outOfRange } from "../errors.ts";
import { PRIORITY, READABLE, WRITABLE } from "./multiplexer.ts";

export function checkInterest(interest: number): void {
  checkInteger(interest, "interest", 0, READABLE | WRITABLE | PRIORITY);
}

export function checkTimeout(timeoutMs: unknown): void {
  if (typeof timeoutMs !== "number") throw invalidArgType("timeoutMs", "a number", timeoutMs);
  if (!(timeoutMs >= 0)) throw outOfRange("timeoutMs", ">= 0", timeoutMs);
}

export function checkOnReady(onReady: unknown): void {
  if (typeof onReady !== "function") throw invalidArgType("onReady", "a function", onReady);
}
