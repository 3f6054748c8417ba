import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, it, vi } from "vitest";
import { MAX_ATTEMPTS } from "../../lib/failures/classes.ts";
import { Injection, type TracedCall, WAIT_CALLS } from "../support/injection.ts";
import { KINDS } from "../support/reactors.ts";
import { FIRST_PAUSE_MS, type Used, useServer } from "./cells.ts";
import { Peer } from "./serving.ts";

// The seventh pause; the one before it and this one are measured.
const LAST_PAUSE_MS = FIRST_PAUSE_MS * 2 ** 6;
const MAX_SHARE = 0.01;

/** How often each is called before a pause: the others once, in a batch or by itself. */
const ATTEMPTS: Readonly<Record<string, number>> = {
  EMFILE: 2, // once more with the reserve descriptor
  EPERM: MAX_ATTEMPTS,
  EINTR: MAX_ATTEMPTS + 1, // the first may be that of a batch
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

/** Waits for the last pauses. @returns what share of a processor was used in those */
async function shareWhile(pid: number, injection: Injection, calls: string[][]): Promise<number> {
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
function expectPauses(calls: TracedCall[], names: readonly string[], code: string): void {
  const failures = failuresOf(calls, names);
  const elapsedMs = failures.at(-1)! - failures[0]!;
  const pauses = Math.floor(Math.log2(elapsedMs / FIRST_PAUSE_MS + 1));
  expect(failures.length).toBeLessThanOrEqual((ATTEMPTS[code] ?? 1) * (pauses + 1));
}

describe("while an error persists, on all multiplexers", () => {
  const all = KINDS.map((kind) => useServer(kind));

  async function failTransfers(used: Used, codes: readonly string[]): Promise<void> {
    const { pid, port } = used.server;
    const names = ["accept4", "recvfrom", "sendto"];
    const faults = names.map((name, index) => `${name}:error=${codes[index]!}`);
    await using reader = await Peer.connect(port);
    expect(await reader.ask("hello")).toBe("hello");
    await using injection = await Injection.attach(pid, ...faults);
    await used.server.command("write", "late");
    used.other.say("unread");
    await using newcomer = await Peer.connect(port);

    const share = await shareWhile(
      pid,
      injection,
      names.map((name) => [name]),
    );

    const calls = await injection.detach();
    names.forEach((name, index) => {
      expectPauses(calls, [name], codes[index]!);
    });
    expect(share).toBeLessThan(MAX_SHARE);
    // Nothing is lost.
    expect(await reader.hear(4)).toBe("late");
    expect(await used.other.hear(6)).toBe("unread");
    const answer = await newcomer.ask("hello");
    const { told, broken, turnedAway } = await used.server.report();
    // Accepted with the reserve descriptor, where the trace ends in between.
    expect(answer).toBe(turnedAway > 0 ? null : "hello");
    const accept = `accept4 ${codes[0]!}`;
    expect({ told: [...new Set(told)], broken }).toEqual({ told: [accept], broken: [] });
  }

  it.each([
    ["EMFILE", "ENOMEM", "ENOBUFS"],
    ["EPERM", "EINTR", "EINTR"],
  ])("accept(2) %s, recv(2) %s and send(2) %s are called after pauses", async (...codes) => {
    await Promise.all(all.map((used) => failTransfers(used, codes)));
  });

  it.each(["ENOMEM", "EINTR"])("waits that fail with %s are called after pauses", async (code) => {
    await Promise.all(
      all.map(async (used) => {
        const { pid } = used.server;
        const faults = WAIT_CALLS.map((name) => `?${name}:error=${code}`);
        await using injection = await Injection.attach(pid, ...faults);

        const share = await shareWhile(pid, injection, [[...WAIT_CALLS]]);

        expectPauses(await injection.detach(), WAIT_CALLS, code);
        expect(share).toBeLessThan(MAX_SHARE);
        expect(await used.other.ask("hello")).toBe("hello");
        const { told, ended } = await used.server.report();
        const tells = code === "EINTR" ? 0 : 1;
        expect({ told: new Set(told).size, ended }).toEqual({ told: tells, ended: [] });
      }),
    );
  });
});
