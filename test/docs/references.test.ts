import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { filesOf, fixture, read, ROOT } from "../structure/source.ts";
import { PAGES } from "./pages.ts";

// What npm scripts and tests write; `foo` is the family of calls that CONTRIBUTING.md adds.
const EXEMPT = /\bfoo\./;
const BUILT = /^(dist|build[\w-]*|docs\/api|node_modules)\b/;

/** The text of a page without what is quoted from a terminal or an editor. */
function prose(root: string, page: string): string {
  return read(root, page).replace(/^```[^]*?^```$/gm, "");
}

/** Paths in backticks that do not exist; for the tests of a multiplexer also below test/multiplexer/. */
function missingPaths(root: string, page: string): string[] {
  return [...prose(root, page).matchAll(/`([\w.-]+\/[\w./-]*|[\w.-]+\.(?:ts|cc|h|md))`/g)]
    .map(([, path = ""]) => path)
    .filter((path) =>
      /^(lib|native|test|harness|bench|examples|docs|scripts)\/|\.test\.ts$|^contract\//.test(path),
    )
    .filter((path) => !BUILT.test(path) && !EXEMPT.test(path))
    .filter((path) => !existsSync(join(root, path)))
    .filter((path) => !existsSync(join(root, "test/multiplexer", path)));
}

/** Links to files that do not exist, or to headings that a page does not have. */
function brokenLinks(root: string, page: string): string[] {
  return [...prose(root, page).matchAll(/\]\(([^)]+)\)/g)]
    .map(([, target = ""]) => target)
    .filter((target) => !target.startsWith("https://"))
    .filter((target) => {
      const [path = "", heading] = target.split("#");
      const file = path === "" ? page : join(dirname(page), path);
      if (BUILT.test(file)) return false;
      if (!existsSync(join(root, file))) return true;
      return heading !== undefined && !anchorsOf(read(root, file)).includes(heading);
    });
}

/** As GitHub makes them out of headings. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, "")
      .replaceAll(" ", "-"),
  );
}

/** Titles of tests, `"says ERROR, beside…"`, that no test has. */
function missingTitles(root: string, page: string): string[] {
  const tests = filesOf(root, "test", ".ts")
    .map((file) => read(root, file))
    .join("\n");
  const cited = [...prose(root, page).matchAll(/\bTests?:\s([^]*?)\.\n(?=-|\n)/g)];
  return cited
    .flatMap(([, list = ""]) => [...list.replace(/\s+/g, " ").matchAll(/"([^"]+)"/g)])
    .map(([, title = ""]) => title)
    .filter((title) => !tests.includes(title.replace(/…$/, "")));
}

describe("what the pages refer to", () => {
  it.each(PAGES)("are files that exist: %s", (page) => {
    expect(missingPaths(ROOT, page)).toEqual([]);
  });

  it.each(PAGES)("are links that lead somewhere: %s", (page) => {
    expect(brokenLinks(ROOT, page)).toEqual([]);
  });

  it("are tests that have that title: docs/multiplexers.md", () => {
    expect(missingTitles(ROOT, "docs/multiplexers.md")).toEqual([]);
  });
});

describe("these checks", () => {
  it("find what does not exist", () => {
    const root = fixture({
      "docs/a.md": `# The End
See \`lib/a.ts\`, \`lib/gone.ts\`, \`test/gone.test.ts\`, \`npm/x\`, [b](b.md), [c](c.md), [x](#the-end),
[y](#the-start), [z](../README.md#one), [w](https://example.org/gone).
- Claim. Tests: "holds", "does not
  hold", \`lib/a.ts\`.
- Another. Test: "begins…".
`,
      "README.md": "# One\n",
      "lib/a.ts": "",
      "docs/b.md": "",
      "test/a.test.ts": 'it("holds"); it("begins like this");',
    });

    expect(missingPaths(root, "docs/a.md")).toEqual(["lib/gone.ts", "test/gone.test.ts"]);
    expect(brokenLinks(root, "docs/a.md")).toEqual(["c.md", "#the-start"]);
    expect(missingTitles(root, "docs/a.md")).toEqual(["does not hold"]);
  });
});
