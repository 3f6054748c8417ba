import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { ROOT } from "../structure/source.ts";

const run = promisify(execFile);

describe("the claims of test/smoke/", () => {
  it("are at least 100, and hold on this runtime, but for those of docs/runtimes.md", async () => {
    const { stdout } = await run(process.execPath, ["scripts/test-runtimes.js", "node"], {
      cwd: ROOT,
    });

    const [, passed] = /^node \(.*\): (\d+) passed, 0 failed, 0 differ/.exec(stdout) ?? [];
    expect(Number(passed)).toBeGreaterThanOrEqual(100);
  });
});
