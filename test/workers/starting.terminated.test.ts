import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { describe, expect, it } from "vitest";
import { run } from "../support/program.ts";
import { faulty, withoutStrace } from "../support/strace.ts";
import { program } from "./support.ts";

interface Outcome {
  readonly pids: readonly number[];
  readonly left: readonly { readonly pid: number; readonly state: string }[];
}

/** Whether a process can make a namespace of process ids, and choose the next one. */
function choosesNumbers(): boolean {
  try {
    accessSync("/proc/sys/kernel/ns_last_pid", constants.W_OK);
  } catch {
    return false;
  }
  return spawnSync("unshare", ["--pid", "--fork", "true"]).status === 0;
}

async function terminated(...args: readonly string[]): Promise<Outcome> {
  return await terminatedUnder([], ...args);
}

/** @param wrapper - the beginning of the command line */
async function terminatedUnder(
  wrapper: readonly string[],
  ...args: readonly string[]
): Promise<Outcome> {
  const line = [...wrapper, process.execPath, program("terminated.mjs"), ...args];
  const [command = "", ...rest] = line;
  const { code, stdout, stderr } = await run(command, ...rest);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(stdout) as Outcome;
}

describe("a thread that is terminated while it expects a child", () => {
  it("leaves its own process when it could not list them", async () => {
    const { stdout, stderr } = await run(process.execPath, program("bystander.mjs"), "unlisted");

    expect({ stdout, stderr }).toEqual({ stdout: "runs\n", stderr: "" });
  });

  it("leaves a stranger when /proc numbers processes as another namespace does", async (context) => {
    const inNamespace = [process.execPath, program("bystander.mjs"), "numbered"];
    const why = "no namespace can be made here, or no process id be chosen";
    context.skip(!choosesNumbers(), why);

    const { stdout, stderr } = await run(
      "unshare",
      "--pid",
      "--fork",
      "--kill-child",
      ...inNamespace,
    );

    expect({ stdout, stderr }).toEqual({ stdout: "runs\n", stderr: "" });
  });
});

describe.each(["Supervisor", "ProcessPerConnection"])(
  "a %s in a thread that is terminated",
  (name) => {
    it.each(["starting", "ready", "stopped"])(
      "leaves no process and no zombie when its processes are %s",
      async (state) => {
        const { pids, left } = await terminated(name, state);

        expect(new Set(pids).size).toBe(4);
        expect(left).toEqual([]);
      },
    );

    it("leaves no process that it has started, but has not heard of yet", async () => {
      const { pids, left } = await terminated(name, "spawned");

      expect(pids.length).toBe(1);
      expect(left).toEqual([]);
    });

    it("leaves no zombie of a process whose end node:child_process has not seen", async () => {
      const options = JSON.stringify({ data: { wrong: "exits" } });

      const { pids, left } = await terminated(name, "exited", options);

      expect(pids.length).toBe(1);
      expect(left).toEqual([]);
    });

    // EMFILE: no descriptor is free. ENOSYS: before Linux 5.3.
    it.skipIf(withoutStrace).each([
      ["EMFILE", "ready", 4],
      ["EMFILE", "spawned", 1],
      ["ENOSYS", "ready", 4],
    ])("leaves no process when pidfd_open fails with %s: %s", async (error, state, count) => {
      const wrapper = faulty(`pidfd_open:error=${error}`);

      const { pids, left } = await terminatedUnder(wrapper, name, state);

      expect(new Set(pids).size).toBe(count);
      expect(left).toEqual([]);
    });
  },
);
