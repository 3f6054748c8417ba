import { clearTimeout, setTimeout } from "../runtime/timing.ts";
import { invalidType, outOfRange } from "./errors.ts";

const MAX_MS = 2 ** 31 - 1;

/** Calls back after a time without traffic. Does not keep the process alive. */
export class IdleTimer {
  readonly #onIdle: () => void;
  #timeout: NodeJS.Timeout | null = null;

  constructor(onIdle: () => void) {
    this.#onIdle = onIdle;
  }

  /** @param ms - milliseconds; 0: never */
  set(ms: number): void {
    this.clear();
    if (ms > 0) this.#timeout = setTimeout(this.#onIdle, ms).unref();
  }

  /** The time begins anew. */
  touch(): void {
    this.#timeout?.refresh();
  }

  clear(): void {
    if (this.#timeout) clearTimeout(this.#timeout);
    this.#timeout = null;
  }
}

/** Checks the time of `setTimeout`, and limits it. @throws TypeError, RangeError */
export function checkDuration(ms: unknown, name: string): number {
  if (typeof ms !== "number") throw invalidType(name, "of type number", ms);
  if (ms < 0 || !Number.isFinite(ms)) throw outOfRange(name, "a non-negative finite number", ms);
  if (ms <= MAX_MS) return ms;
  const words = `${String(ms)} does not fit into a 32-bit signed integer.`;
  process.emitWarning(
    `${words}\nTimer duration was truncated to ${String(MAX_MS)}.`,
    "TimeoutOverflowWarning",
  );
  return MAX_MS;
}
