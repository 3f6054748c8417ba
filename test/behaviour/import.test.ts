import { readFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { run } from "../support/program.ts";
import { Serving } from "../support/serving.ts";
import { withoutStrace } from "../support/strace.ts";
import { ROOT } from "../structure/source.ts";

const IMPORT = `import ${JSON.stringify(join(ROOT, "dist/lib/index.js"))};`;

/** The files that node opens for a program. */
async function filesOpenedBy(program: string): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), "pollux-opened-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const log = join(folder, "log");
  const node = [process.execPath, "--input-type=module", "-e", program];
  await run("strace", "-f", "-qq", "-z", "-e", "trace=open,openat", "-o", log, ...node);
  return [...readFileSync(log, "latin1").matchAll(/"([^"]+)"/g)].map(([, file]) => String(file));
}

describe("importing the package", () => {
  it.skipIf(withoutStrace)("opens at most 12 files", async () => {
    const bare = new Set(await filesOpenedBy(""));
    const opened = (await filesOpenedBy(IMPORT)).filter((file) => !bare.has(file));

    expect(opened).toContain(join(ROOT, "dist/lib/pollux.js"));
    expect(opened.length).toBeLessThanOrEqual(12);
  });

  it("works where a process may have 40 descriptors", async () => {
    const node = [process.execPath, "--input-type=module", "-e", IMPORT];

    expect(await run("prlimit", "--nofile=40", ...node)).toMatchObject({ code: 0, stderr: "" });
  });
});

describe("pollux serve", () => {
  it("works where a process may have 64 descriptors", async () => {
    await using server = await Serving.start([], ["prlimit", "--nofile=64"]);

    expect((await server.stop()).code).toBe(0);
  });
});
