import { describe, expect, it } from "vitest";
import type * as CoProcessModule from "../../../bench/support/co_process.ts";
import type * as ProgramsModule from "../../../bench/support/programs.ts";
import { callsDuring, countsIn, whyNoStrace } from "../../../bench/support/strace.ts";

// As the suite runs: compiled.
const suite = new URL("../../../dist/bench/support/", import.meta.url).href;
const { CoProcess } = (await import(`${suite}co_process.js`)) as typeof CoProcessModule;
const { buildPrograms, program, whyNoPrograms } = (await import(
  `${suite}programs.js`
)) as typeof ProgramsModule;
buildPrograms();

const why = whyNoPrograms() ?? whyNoStrace();

describe("countsIn", () => {
  it("reads the table of strace -c, with errors and without, but not its total", () => {
    const table = [
      "% time     seconds  usecs/call     calls    errors syscall",
      "------ ----------- ----------- --------- --------- ----------------",
      " 60.00    0.000006           1      2000           recvfrom",
      " 40.00    0.000004           1         3         1 epoll_wait",
      "100.00    0.000010           1      2003         1 total",
    ].join("\n");

    expect([...countsIn(table)]).toEqual([
      ["recvfrom", 2000],
      ["epoll_wait", 3],
    ]);
  });
});

describe.skipIf(why !== undefined)("callsDuring", () => {
  it("counts one recv and one send of a C server for each message", async () => {
    const server = new CoProcess([program("echo_server"), "epoll"]);
    const load = new CoProcess([program("load"), await server.line(), "10", "10", "64"]);
    try {
      await load.line();
      const counts = await callsDuring(server.pid, () => load.run(500, true));

      expect(counts.get("recvfrom")).toBe(500);
      // The load has the bytes of the last one a moment before the call returns, and is counted.
      expect([499, 500]).toContain(counts.get("sendto"));
      expect(counts.get("epoll_wait")).toBeGreaterThan(0);
    } finally {
      await load.end();
      await server.end();
    }
  });

  it("says why it could not attach", async () => {
    // No process has this number: it is above the largest one that Linux gives.
    await expect(callsDuring(2 ** 22 + 1, () => Promise.resolve())).rejects.toThrow(
      "strace could not attach",
    );
  });
});
