import { readdirSync, readlinkSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { afterAll, beforeAll, expect } from "vitest";

/** What every descriptor of this process refers to, by number. */
export function openDescriptors(): Record<string, string> {
  const open: Record<string, string> = {};
  for (const fd of readdirSync("/proc/self/fd")) {
    try {
      open[fd] = readlinkSync(`/proc/self/fd/${fd}`);
    } catch {
      // The descriptor that readdirSync read the list with: it is closed by now.
    }
  }
  return open;
}

/** What a worker or a child has left may be closed a moment later, on a busy machine. */
const PATIENCE_MS = 20_000;

let before: Record<string, string>;

beforeAll(() => {
  before = openDescriptors();
});

// Runs for every test file: whatever a test opened, it closed.
afterAll(async () => {
  const deadlineMs = performance.now() + PATIENCE_MS;
  while (!isDeepStrictEqual(openDescriptors(), before) && performance.now() < deadlineMs) {
    await setTimeout(10);
  }
  expect(openDescriptors()).toEqual(before);
});
