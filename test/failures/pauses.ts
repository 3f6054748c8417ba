import { readFileSync, readdirSync } from "node:fs";
import { expect, vi } from "vitest";
import { MAX_ATTEMPTS } from "../../lib/failures/classes.ts";
import type { Injection, TracedCall } from "../support/injection.ts";
import { FIRST_PAUSE_MS } from "./cells.ts";

// The seventh pause; the one before it and this one are measured.
const LAST_PAUSE_MS = FIRST_PAUSE_MS * 2 ** 6;
/** The most of a processor that may be used while an error persists. */
export const MAX_SHARE = 0.01;

/** How often each is called before a pause: the others once, in a batch or by itself. */
const ATTEMPTS: Readonly<Record<string, number>> = {
  EMFILE: 2, // once more with the reserve descriptor
  EPERM: MAX_ATTEMPTS,
  EINTR: MAX_ATTEMPTS + 1, // the first may be that of a batch
  EIO: MAX_ATTEMPTS,
};

/** When the calls failed, in milliseconds. */
function failuresOf(calls: TracedCall[], names: readonly string[]): number[] {
  const failed = calls.filter(({ name, injected }) => injected && names.includes(name));
  return failed.map(({ atMs }) => atMs);
}

function longestPauseMs(failures: number[]): number {
  return Math.max(0, ...failures.slice(1).map((atMs, index) => atMs - failures[index]!));
}

/** Processor time of all threads, in milliseconds. */
function cpuMs(pid: number): number {
  const tasks = `/proc/${String(pid)}/task`;
  const times = readdirSync(tasks).map((task) =>
    Number(readFileSync(`${tasks}/${task}/schedstat`, "latin1").split(" ")[0]),
  );
  return times.reduce((sum, ns) => sum + ns, 0) / 1e6;
}

/**
 * Waits for the last pauses.
 *
 * @param calls - the names of each call that fails
 * @returns what share of a processor was used in those
 */
export async function shareWhile(
  pid: number,
  injection: Injection,
  calls: string[][],
): Promise<number> {
  const until = async (pauseMs: number): Promise<void> => {
    const isOver = (): boolean => {
      const traced = injection.calls;
      return calls.every((names) => longestPauseMs(failuresOf(traced, names)) >= pauseMs);
    };
    await vi.waitUntil(isOver, { interval: 20, timeout: 60_000 });
  };
  await until(LAST_PAUSE_MS / 4);
  const [usedMs, startMs] = [cpuMs(pid), performance.now()];
  await until(LAST_PAUSE_MS);
  const share = (cpuMs(pid) - usedMs) / (performance.now() - startMs);
  await pauseBegun(injection);
  return share;
}

/** Until no call is made: one that strace leaves half-way fails with ENOSYS. The pauses are long by now. */
async function pauseBegun(injection: Injection): Promise<void> {
  let before = -1;
  const isQuiet = (): boolean => {
    const count = injection.calls.length;
    const quiet = count === before;
    before = count;
    return quiet;
  };
  await vi.waitUntil(isQuiet, { interval: LAST_PAUSE_MS / 8, timeout: 60_000 });
}

/** That pauses were twice as long each time: the number of calls in the time that has passed. */
export function expectPauses(calls: TracedCall[], names: readonly string[], code: string): void {
  const failures = failuresOf(calls, names);
  const elapsedMs = failures.at(-1)! - failures[0]!;
  // Node's timers may end a millisecond early, in each of the pauses.
  const pauses = Math.floor(Math.log2((elapsedMs + 10) / FIRST_PAUSE_MS + 1));
  // A call that succeeded in between, such as a wait that Node's own loop ended, began the pauses anew. On a busy
  // machine that happens several times; without pauses there would be thousands of calls.
  const SUCCESSES = 8;
  expect(failures.length).toBeLessThanOrEqual((ATTEMPTS[code] ?? 1) * (pauses + 1 + SUCCESSES));
}
