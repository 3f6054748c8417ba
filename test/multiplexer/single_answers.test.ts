import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { run } from "../support/program.ts";

const SCRIPT = fileURLToPath(new URL("workers/single_answers.mjs", import.meta.url));
const UNSHARE = ["--uts", "--mount"];

const withoutNamespaces =
  spawnSync("unshare", [...UNSHARE, "hostname", "pollux"]).status === 0
    ? undefined
    : "needs the permission for namespaces (unshare --uts --mount)";
if (withoutNamespaces !== undefined) console.log(`not tested: ${withoutNamespaces}`);

/** What the waits of each program report, on each file and multiplexer alike. */
const CASES: Readonly<Record<string, [title: string, reported: readonly unknown[]]>> = {
  blocking: ["by a blocking wait, once", ["PRIORITY", ""]],
  pending: ["by a wait that is pending, once", ["PRIORITY", ""]],
  before: ["by the wait that follows the change, once", ["PRIORITY", ""]],
  aborted: ["by the next wait, where the one that was pending is aborted", ["aborted", "PRIORITY"]],
  blockingAfterwards: ["by a blocking wait, where one that was pending is ended", ["", "PRIORITY"]],
  changed: ["by a wait during which its interest is set again", ["PRIORITY", ""]],
  removed: ["to nobody when it is removed", ["", 0]],
  beforeItIsAdded: ["when it has happened before the file is added", ["PRIORITY", ""]],
  repeatedly: ["by waitRepeatedly() each time", ["PRIORITY", "PRIORITY", "PRIORITY"]],
  beside: ["beside a socket", ["READABLE", "PRIORITY READABLE", "READABLE"]],
};

describe.skipIf(withoutNamespaces)("a file of procfs that tells each change once", async () => {
  const { stdout, stderr } = withoutNamespaces
    ? { stdout: "{}", stderr: "" }
    : await run("unshare", ...UNSHARE, process.execPath, SCRIPT);
  const results = JSON.parse(stdout || "{}") as Record<string, Record<string, unknown>>;

  it("has been watched in all cases", () => {
    expect(stderr).toBe("");
    expect(Object.keys(results)).toEqual(Object.keys(CASES));
  });

  it.each(Object.entries(CASES).map(([name, [title, reported]]) => ({ name, title, reported })))(
    "is reported $title",
    ({ name, reported }) => {
      const all = { select: reported, poll: reported, epoll: reported };

      expect(results[name]).toEqual({
        "/proc/sys/kernel/hostname": all,
        "/proc/self/mounts": all,
        "/proc/self/mountinfo": all,
      });
    },
  );
});
