import { describe, expect, it } from "vitest";
import { run } from "../support/program.ts";
import { program } from "./support.ts";

interface Outcome {
  readonly pids: readonly number[];
  readonly left: readonly { readonly pid: number; readonly state: string }[];
}

async function terminated(...args: readonly string[]): Promise<Outcome> {
  const { code, stdout, stderr } = await run(process.execPath, program("terminated.mjs"), ...args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(stdout) as Outcome;
}

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
  },
);
