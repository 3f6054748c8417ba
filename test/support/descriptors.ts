import { readdirSync, readlinkSync } from "node:fs";
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

let before: Record<string, string>;

beforeAll(() => {
  before = openDescriptors();
});

// Runs for every test file: whatever a test opened, it closed.
afterAll(() => {
  expect(openDescriptors()).toEqual(before);
});
