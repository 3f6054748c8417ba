import { closeSync, openSync, writeSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { run } from "../support/program.ts";

const SCRIPT = fileURLToPath(new URL("workers/pressure.mjs", import.meta.url));

/** Why there are no triggers here; `undefined` where there are. */
function whyNoTriggers(): string | undefined {
  try {
    const fd = openSync("/proc/pressure/cpu", "r+");
    try {
      writeSync(fd, "some 1000 4000000\n");
    } finally {
      closeSync(fd);
    }
    return undefined;
  } catch (error) {
    return `needs triggers of /proc/pressure: ${String(error)}`;
  }
}

it("a trigger of /proc/pressure is reported once, by all waits on all multiplexers", async ({
  skip,
}) => {
  const unable = whyNoTriggers();
  skip(unable !== undefined, unable);

  const { stdout, stderr } = await run(process.execPath, SCRIPT);

  expect(stderr).toBe("");
  const once = { counts: [1, 0], isPriority: true };
  const all = { select: once, poll: once, epoll: once };
  expect(JSON.parse(stdout)).toEqual({ wait: all, waitSync: all });
});
