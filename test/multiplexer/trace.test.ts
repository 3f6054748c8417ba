import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { MULTIPLEXERS } from "../../lib/multiplexer/create.ts";
import { Program } from "../support/program.ts";
import { withoutStrace } from "../support/strace.ts";

const WAITS = 40;
const IDLE_MS = 100;

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
  const file = join(directory, "trace");
  const path = fileURLToPath(new URL(`workers/${script}`, import.meta.url));
  await using program = new Program("strace", ["-f", "-o", file, process.execPath, path, ...args]);
  await meanwhile(program);
  const answer = await program.nextLine();
  expect(await program.ended).toMatchObject({ code: 0 });
  return [answer, readFileSync(file, "latin1").split("\n")];
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
      const [answer, lines] = await trace(["traced_idle.mjs", name, timeoutMs], async (program) => {
        expect(await program.nextLine()).toBe("waiting");
        // Time in which nothing may happen.
        await setTimeout(IDLE_MS);
        program.say("go on");
      });

      const start = lines.findIndex((line) => line.includes('write(1, "waiting'));
      const idle = lines.slice(start + 1);
      idle.length =
        idle.findIndex((line) => /(poll|select6|wait2?) resumed>|EPOLLIN/.test(line)) + 1;
      const main = begun([lines[start]!])[0]!.thread;
      const waiting = begun(lines.slice(0, start))
        .filter((call) => call.thread !== main && WAITING_CALLS[name].test(call.name))
        .map((call) => call.thread);
      expect(waiting.length > 0).toBe(name !== "epoll");
      expect(begun(idle).filter((call) => waiting.includes(call.thread))).toEqual([]);
      // Node's loop looks once whether there is something to do, and sleeps.
      const loop = begun(idle).filter((call) => call.thread === main && !OF_V8.test(call.name));
      expect(loop.filter((call) => !call.name.startsWith("epoll_"))).toEqual([]);
      expect(loop.length).toBeLessThanOrEqual(3);
      expect(answer).toBe("1");
    },
  );
});
