import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { filesOf, read, ROOT } from "./source.ts";

const WORKFLOWS = filesOf(ROOT, ".github/workflows", ".yml");
const SCRIPTS = new Map(
  Object.entries((JSON.parse(read(ROOT, "package.json")) as Package).scripts),
);
// What npm knows by itself.
const OF_NPM = ["pack", "publish"];

interface Package {
  readonly scripts: Readonly<Record<string, string>>;
}

function all(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, found]) => String(found));
}

/** The steps of .ci/run: its functions. */
function steps(): string[] {
  const text = read(ROOT, ".ci/run");
  return all(text, /^(?:STEPS|MORE)=\((.*)\)$/gm).flatMap((list) => list.split(" "));
}

describe("workflows", () => {
  it("name actions by the hash of a commit, and their version beside it", () => {
    const used = WORKFLOWS.flatMap((file) => all(read(ROOT, file), /^.*\buses: (.*)$/gm));

    expect(used.length).toBeGreaterThan(3);
    for (const action of used.filter((name) => !name.startsWith("./"))) {
      expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    }
  });

  it("give no right but to read, and to ask who they are where the package is published", () => {
    const given = WORKFLOWS.flatMap((file) =>
      all(read(ROOT, file), /^ +([\w-]+: (?:read|write).*)$/gm),
    );

    expect([...new Set(given)].sort()).toEqual(["contents: read", "id-token: write"]);
    expect(given.filter((right) => right.includes("write"))).toHaveLength(1);
  });

  it("run steps of .ci/run, each of which is a function there", () => {
    const script = read(ROOT, ".ci/run");
    const run = WORKFLOWS.flatMap((file) => all(read(ROOT, file), /bash \.ci\/run ([a-z ]+)/g))
      .flatMap((list) => list.trim().split(" "))
      .concat(all(read(ROOT, ".github/workflows/ci.yml"), /^ {10}- (\w+)$/gm));

    expect(run).toContain("sanitizers");
    expect(run.filter((name) => !steps().includes(name))).toEqual([]);
    expect(steps().filter((name) => !new RegExp(`^${name}\\(\\) \\{`, "m").test(script))).toEqual(
      [],
    );
    expect(steps().filter((name) => !run.includes(name))).toEqual([]);
  });
});

describe("the scripts of package.json", () => {
  it("are there, wherever one of them is run", () => {
    const places = [...WORKFLOWS, ".ci/run", "CONTRIBUTING.md", "README.md", "package.json"];
    const run = places.flatMap((file) =>
      all(read(ROOT, file), /\bnpm run (?:-s )?([a-z][\w:]*)/g).map((name) => ({ file, name })),
    );

    expect(run.length).toBeGreaterThan(20);
    expect(run.filter(({ name }) => !SCRIPTS.has(name) && !OF_NPM.includes(name))).toEqual([]);
  });

  it("start files that are there", () => {
    const files = [...SCRIPTS.values()].flatMap((command) =>
      all(command, /\b(scripts\/[\w./-]+)/g),
    );

    expect(files.length).toBeGreaterThan(10);
    expect(files.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  });
});
