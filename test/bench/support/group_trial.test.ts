import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type * as GroupTrialModule from "../../../bench/support/group_trial.ts";
import type { Group } from "../../../bench/support/group_trial.ts";
import type * as ProgramsModule from "../../../bench/support/programs.ts";

// As the suite runs: compiled.
const suite = new URL("../../../dist/bench/support/", import.meta.url).href;
const { groupTrial } = (await import(`${suite}group_trial.js`)) as typeof GroupTrialModule;
const { buildPrograms, whyNoPrograms } = (await import(
  `${suite}programs.js`
)) as typeof ProgramsModule;
buildPrograms();

const SHARES = ["shared", "exclusive", "reuseport", "mutex"] as const;

const GROUPS: readonly Group[] = [
  ...SHARES.flatMap((share) => [
    { language: "c", share, workers: 3 } as const,
    { language: "pollux", share, workers: 3 } as const,
  ]),
  { language: "pollux", share: "accept", workers: 3 },
];

describe.skipIf(whyNoPrograms() !== undefined)("groupTrial", () => {
  it.each(GROUPS)(
    "has each connection served by $workers workers in $language, $share",
    async (group) => {
      const load = { program: "churn", args: [10], active: 10 } as const;
      const trial = await groupTrial(group, load, "apart");
      const sample = (await trial.run(200)) as Record<string, number>;
      await trial.teardown?.();

      expect(sample["measured"]).toBe(200);
      for (const name of ["cpu", "rate", "p50", "p99"]) expect(sample[name]).toBeGreaterThan(0);
    },
  );

  it.each(["c", "pollux"] as const)(
    "leaves no process when its servers end: %s",
    async (language) => {
      const before = descendants();
      const load = { program: "churn", args: [10], active: 10 } as const;
      const trial = await groupTrial({ language, share: "reuseport", workers: 2 }, load, "apart");
      const started = descendants().filter((pid) => !before.includes(pid));
      await trial.run(40);
      await trial.teardown?.();

      expect(started).toHaveLength(4); // the load, two workers, and their parent
      expect(started.filter((pid) => existsSync(`/proc/${pid}`))).toEqual([]);
    },
  );
});

function descendants(): string[] {
  const parents = new Map(
    readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map((pid) => [pid, parentOf(pid)]),
  );
  const isOurs = (pid: string | undefined): boolean =>
    pid !== undefined && (pid === String(process.pid) || isOurs(parents.get(pid)));
  return [...parents.keys()].filter((pid) => isOurs(parents.get(pid)));
}

function parentOf(pid: string): string | undefined {
  try {
    return /^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1];
  } catch {
    return undefined; // it has ended
  }
}
