import { readFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { run } from "../support/program.ts";
import { Serving } from "../support/serving.ts";
import { withoutStrace } from "../support/strace.ts";
import { read, ROOT } from "../structure/source.ts";

interface Package {
  readonly exports: Readonly<Record<string, string | { readonly default: string }>>;
}

/** The files that package.json names as entries, with what a program imports. */
const ENTRIES = Object.entries((JSON.parse(read(ROOT, "package.json")) as Package).exports).flatMap(
  ([name, entry]) =>
    typeof entry === "string"
      ? []
      : [{ name: join("pollux", name), file: join(ROOT, entry.default) }],
);

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

describe.each(ENTRIES)("importing $name", ({ file }) => {
  const program = `import ${JSON.stringify(file)};`;

  it.skipIf(withoutStrace)("opens at most 12 files, none of another package", async () => {
    const bare = new Set(await filesOpenedBy(""));
    const opened = (await filesOpenedBy(program)).filter((name) => !bare.has(name));

    expect(opened).toContain(file);
    expect(opened.length).toBeLessThanOrEqual(12);
    expect(opened.filter((name) => name.startsWith(join(ROOT, "node_modules")))).toEqual([]);
  });

  it("works where a process may have 40 descriptors", async () => {
    const node = [process.execPath, "--input-type=module", "-e", program];

    expect(await run("prlimit", "--nofile=40", ...node)).toMatchObject({ code: 0, stderr: "" });
  });
});

describe("pollux serve", () => {
  it("works where a process may have 64 descriptors", async () => {
    await using server = await Serving.start([], ["prlimit", "--nofile=64"]);

    expect((await server.stop()).code).toBe(0);
  });
});
