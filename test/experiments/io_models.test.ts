import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { type Findings, runExperiment, textOf } from "../../lib/experiments/experiment.ts";
import { ioModels } from "../../lib/experiments/io_models.ts";
import * as sys from "../../lib/sys/index.ts";
import { POLLUX } from "../support/serving.ts";
import { run } from "../support/program.ts";
import { faulty, withoutStrace } from "../support/strace.ts";
import { hasIoUring } from "../sys/io_uring_rings.ts";

let found: Findings;
let lines: string[];

beforeAll(async () => {
  found = await runExperiment(ioModels);
  lines = found.steps.map(textOf);
});

const costs = (name: string): unknown[] => found.figures.map((row) => row[name]);

describe("pollux experiment io-models", () => {
  it("makes the same read in seven ways, each with its own number of calls", () => {
    expect(costs("model")).toEqual([
      "blocking",
      "non-blocking, polling",
      ...["select", "poll", "epoll"].map((name) => `multiplexed, ${name}`),
      "signal-driven",
      "by completion, io_uring",
    ]);
    const [blocking, polling, ...others] = costs("system calls");
    expect([blocking, ...others.slice(0, 4)]).toEqual([1, 2, 2, 2, 2]);
    expect(others[4]).toBe(hasIoUring ? 1 : null);
    expect(polling).toBeGreaterThan(2);
  });

  // On a busy machine the bytes may be there before the reader is: then it need not sleep.
  it("sleeps until the bytes come, in all but the polling one", () => {
    const [blocking, polling, ...others] = costs("wake-ups") as number[];

    for (const wakeUps of [blocking, ...others.slice(0, 4)]) expect(wakeUps).toBeGreaterThan(0);
    expect(polling).toBeLessThan(blocking!);
  });

  it("measures processor time and latency of each", () => {
    for (const name of ["processor us", "latency us"]) {
      for (const cost of costs(name).slice(0, 6)) expect(cost).toBeGreaterThan(0);
    }
  });

  it("shows the calls of each model by their names in C", () => {
    const calls = ["recv", "select", "poll", "epoll_wait", "signalfd", "pthread_sigmask", "read"];
    for (const call of calls) expect(lines.join("\n")).toMatch(new RegExp(`^${call}\\(`, "m"));
    expect(lines).toContainEqual(
      expect.stringMatching(/^fcntl\(\d+, F_SETSIG, SIGRTMIN\+6\) = 0$/),
    );
    expect(lines).toContainEqual(expect.stringMatching(/MSG_DONTWAIT\) = -1 EAGAIN/));
    const enter = /^io_uring_enter\(\d+, 1, 1, IORING_ENTER_GETEVENTS, NULL\) = 1$/m;
    expect(enter.test(lines.join("\n"))).toBe(hasIoUring);
  });

  it("overflows the queue of signals: SIGIO without a descriptor, then those that are queued", () => {
    const limit = /^Max pending signals\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8"));
    const isSmall = Number(limit?.[1]) <= 200_000;

    const shown = lines.filter((line) => line.startsWith("read(signalfd, info, 128)"));
    expect(shown[0]).toMatch(/ = SIGRTMIN\+6, si_fd \d+$/);
    expect(shown.slice(1, 3).map((line) => line.replace(/\d+$/, "N"))).toEqual(
      isSmall
        ? [
            "read(signalfd, info, 128) = SIGIO, without a descriptor",
            "read(signalfd, info, 128) = SIGRTMIN+6, si_fd N",
          ]
        : [],
    );
    expect(found.conclusion.includes("the kernel sends a plain SIGIO")).toBe(isSmall);
  });

  it("leaves the signal mask as it was", () => {
    expect(sys.pthreadSigmask(sys.SIG_BLOCK, null).has("SIGIO")).toBe(false);
    expect(sys.pthreadSigmask(sys.SIG_BLOCK, null).has(40)).toBe(false);
  });

  it.skipIf(withoutStrace).each(["ENOSYS", "EPERM"])(
    "goes on where the kernel refuses io_uring with %s, and says so",
    async (code) => {
      const [strace, ...options] = faulty(`io_uring_setup:error=${code}`);
      const command = [...options, process.execPath, POLLUX, "experiment", "io-models"];

      const ended = await run(strace!, ...command);

      expect(ended).toMatchObject({ code: 0, stderr: "" });
      expect(ended.stdout).toContain(`this kernel refuses io_uring to this process: ${code}\n`);
      expect(ended.stdout.trimEnd()).toMatch(new RegExp(`; io_uring is refused: ${code}\\.$`));
    },
  );
});
