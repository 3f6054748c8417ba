import { now, setTimeout } from "../runtime/timing.ts";

/**
 * Waits for something that the kernel does by itself, for a second at most. If it does not come, the
 * experiment goes on, and tells what is there instead.
 *
 * @returns whether it came
 */
export async function until(holds: () => boolean, limitMs = 1000): Promise<boolean> {
  const deadline = now() + limitMs;
  while (!holds()) {
    if (now() >= deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return true;
}
