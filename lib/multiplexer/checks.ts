import { checkInteger, invalidArgType, outOfRange } from "../errors.ts";
import { PRIORITY, READABLE, type WaitOptions, WRITABLE } from "./multiplexer.ts";

export function checkInterest(interest: number): void {
  checkInteger(interest, "interest", 0, READABLE | WRITABLE | PRIORITY);
}

/** The arguments of a wait, with what they leave out. */
export function checkWait(
  options: number | WaitOptions | undefined,
  onReady: unknown,
): { timeoutMs: number; restart: boolean } {
  const { timeoutMs = Infinity, restart = false } =
    typeof options === "object" && options !== null ? options : { timeoutMs: options };
  if (typeof timeoutMs !== "number") throw invalidArgType("timeoutMs", "a number", timeoutMs);
  if (!(timeoutMs >= 0)) throw outOfRange("timeoutMs", ">= 0", timeoutMs);
  if (typeof onReady !== "function") throw invalidArgType("onReady", "a function", onReady);
  return { timeoutMs, restart };
}
