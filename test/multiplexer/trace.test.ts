import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { MULTIPLEXERS } from "../../lib/multiplexer/create.ts";
import { Program } from "../support/program.ts";
import { withoutStrace } from "../support/strace.ts";

const WAITS = 40;
const IDLE_MS = 100;
const PERIODS = 100;

/** V8's own, for memory, locks, threads and clocks: they may come at any time. */
const OF_V8 = new RegExp(
  `^(${[
    ...["brk", "madvise", "membarrier", "mincore", "mmap", "mprotect", "mremap", "munmap"],
    ...["clock_gettime", "clock_nanosleep", "futex", "gettimeofday", "nanosleep"],
    ...["getcpu", "getpid", "getrusage", "gettid", "prctl", "rseq", "sched_getaffinity"],
    ...["pkey_mprotect", "restart_syscall", "rt_sigprocmask", "rt_sigreturn", "sched_yield"],
  ].join("|")})$`,
);

const WAITING_CALLS = {
  select: /^pselect6$/,
  poll: /^ppoll$/,
  epoll: /^epoll_(wait|pwait2)$/,
};

const WAITING_CALL_OF_LIBUV = /^epoll_p?wait$/;

interface Call {
  readonly thread: number;
  readonly name: string;
  readonly line: string;
}

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "pollux-"));
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

/** Runs a script of `workers/` under strace: what it answers at its end, and its trace. */
async function trace(
  [script, ...args]: [string, ...string[]],
  meanwhile: (program: Program) => Promise<void> = () => Promise.resolve(),
): Promise<[answer: string, lines: string[]]> {
  const path = fileURLToPath(new URL(`workers/${script}`, import.meta.url));
  await using program = new Program("strace", [
    "-f",
    "-o",
    traceFile(),
    process.execPath,
    path,
    ...args,
  ]);
  await meanwhile(program);
  const answer = await program.nextLine();
  expect(await program.ended).toMatchObject({ code: 0 });
  return [answer, traced()];
}

function traceFile(): string {
  return join(directory, "trace");
}

/** The trace so far: the beginning of a call is there before its end. */
function traced(): string[] {
  return readFileSync(traceFile(), "latin1").split("\n");
}

/** The system calls that are begun in these lines. */
function begun(lines: readonly string[]): Call[] {
  return lines.flatMap((line) => {
    const match = /^(\d+) +(\w+)\(/.exec(line);
    return match ? [{ thread: Number(match[1]), name: String(match[2]), line }] : [];
  });
}

function isMark(line: string): boolean {
  return /^\d+ +kill\(\d+, 0[ )]/.test(line);
}

describe.skipIf(withoutStrace)("waitSync, traced", () => {
  it.each(MULTIPLEXERS)("is exactly one system call when something is ready: %s", async (name) => {
    const [answer, lines] = await trace(["traced_sync.mjs", name, String(WAITS)]);

    const [start, end] = [
      lines.findIndex(isMark),
      lines.length - 1 - [...lines].reverse().findIndex(isMark),
    ];
    expect(end).toBeGreaterThan(start);
    const { thread } = begun([lines[start]!])[0]!;
    const calls = begun(lines.slice(start + 1, end)).filter(
      (call) => call.thread === thread && !OF_V8.test(call.name),
    );
    for (const call of calls) expect(call.name).toMatch(WAITING_CALLS[name]);
    expect(calls).toHaveLength(WAITS);
    // 3 descriptors in each wait, the 4 before the first mark as well.
    expect(answer).toBe(String(3 * (WAITS + 4)));
  });
});

describe.skipIf(withoutStrace)("wait, traced", () => {
  const cases = MULTIPLEXERS.flatMap((name) =>
    ["100000", "Infinity"].map((timeoutMs) => ({ name, timeoutMs })),
  );

  it.each(cases)(
    "makes no system call while it is idle: $name, $timeoutMs ms",
    async ({ name, timeoutMs }) => {
      let [asleep, quiet] = [0, false];

      const [answer, lines] = await trace(["traced_idle.mjs", name, timeoutMs], async (program) => {
        expect(await program.nextLine()).toBe("waiting");
        const threads = await threadsAsleep(name);
        asleep = threads.length;
        // V8 may have something to do for a while. A wait that is not idle is never quiet.
        for (let period = 0; period < PERIODS && !quiet; period++) {
          const before = callsOf(threads);
          await setTimeout(IDLE_MS); // in which nothing may happen
          quiet = callsOf(threads) === before;
        }
        program.say("go on");
      });

      expect({ answer, quiet }).toEqual({ answer: "1", quiet: true });
      const main = begun(lines)[0]!.thread;
      const others = begun(lines).filter((call) => call.thread !== main);
      expect(others.some((call) => WAITING_CALLS[name].test(call.name))).toBe(name !== "epoll");
      expect(asleep).toBe(name === "epoll" ? 1 : 2);
    },
  );
});

/** Waits until the main thread sleeps in Node's loop, and the thread that waits for select or poll, in that. */
async function threadsAsleep(name: keyof typeof WAITING_CALLS): Promise<number[]> {
  return await vi.waitUntil(
    () => {
      const calls = begun(traced());
      const main = calls[0]!.thread;
      const last = new Map(calls.map((call) => [call.thread, call]));
      const sleeping = [...last.values()].filter(({ name: call, thread, line }) => {
        const waits = thread === main ? WAITING_CALL_OF_LIBUV : WAITING_CALLS[name];
        return (thread === main || name !== "epoll") && waits.test(call) && !isOver(thread, line);
      });
      const threads = sleeping.map(({ thread }) => thread);
      return threads.includes(main) && threads.length === (name === "epoll" ? 1 : 2) && threads;
    },
    { interval: 10, timeout: 60_000 },
  );
}

/** Whether a call has returned whose beginning is the last one of its thread. */
function isOver(thread: number, line: string): boolean {
  const last = traced().filter((each) => each.startsWith(`${String(thread)} `));
  return / = -?\d/.test(line) || last.at(-1) !== line;
}

/** How many system calls these threads have made so far, but for V8's own. */
function callsOf(threads: readonly number[]): number {
  const calls = begun(traced()).filter((call) => threads.includes(call.thread));
  return calls.filter((call) => !OF_V8.test(call.name)).length;
}
