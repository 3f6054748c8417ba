import { setTimeout } from "node:timers/promises";

/**
 * Waits for something that the kernel does by itself, for a second at most. If it does not come, the
 * experiment goes on, and tells what is there instead.
 *
 * @returns whether it came
 */
export async function until(holds: () => boolean, limitMs = 1000): Promise<boolean> {
  const deadline = performance.now() + limitMs;
  while (!holds()) {
    if (performance.now() >= deadline) return false;
    await setTimeout(1);
  }
  return true;
}
