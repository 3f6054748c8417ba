import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { filesOf, fixture, read, ROOT } from "./source.ts";

const MAX_LINES = 320;
// The lists of the others.
const WITHOUT_MIRROR = ["addon", "index"];

/** What the tests of these folders show is the work of many files. */
const OF_BEHAVIOUR =
  /^test\/(behaviour|chaos|cli|docs|examples|faults|fuzz|guest|options|servers|structure)\//;

/** As here: of a folder as a whole. */
const OF_FOLDERS = [
  "test/bench/contenders.test.ts",
  "test/bench/goals.test.ts",
  "test/bench/suite.test.ts",
  "test/harness/folders.test.ts",
  "test/harness/report/html/browser.test.ts",
  "test/harness/report/report.test.ts",
  "test/harness/report/report_cells.test.ts",
  "test/manager/faults.test.ts",
  "test/multiplexer/agreement.test.ts",
  "test/multiplexer/costs.test.ts",
  "test/multiplexer/pressure.test.ts",
  "test/multiplexer/trace.test.ts",
  "test/net/contract.test.ts",
  "test/net/flow.test.ts",
  "test/net/offered.test.ts",
  "test/net/types.test.ts",
  "test/workers/injection.test.ts",
];

/** Tests of a file that is not there: test/X/name.test.ts or name.part.test.ts is for lib/X/name.ts. */
function orphans(root: string): string[] {
  return filesOf(root, "test", ".test.ts").filter(
    (file) => !OF_BEHAVIOUR.test(file) && !existsSync(join(root, subjectOf(file))),
  );
}

function subjectOf(file: string): string {
  const name = file.replace(/^test\//, "").replace(/\.[^/]*$/, ".ts");
  return /^(bench|harness)\//.test(name) ? name : `lib/${name}`;
}

/** Names without folder and ending, sorted, each once. */
function names(files: string[], ending: string): string[] {
  return [...new Set(files.map((file) => basename(file, ending)))].sort();
}

function nativeNames(root: string): string[] {
  return mirrored(names(filesOf(root, "native", ".cc"), ".cc"));
}

function sysNames(root: string): string[] {
  return mirrored(names(filesOf(root, "lib/sys", ".ts"), ".ts"));
}

/** A long test is split into X.part.test.ts. */
function testNames(root: string): string[] {
  const parts = names(filesOf(root, "test/sys", ".test.ts"), ".test.ts");
  return mirrored([...new Set(parts.map((part) => part.replace(/\..*/, "")))]);
}

function mirrored(found: string[]): string[] {
  return found.filter((name) => !WITHOUT_MIRROR.includes(name)).sort();
}

function gypSources(root: string): string[] {
  const list = /"sources":\s*\[([^\]]*)\]/.exec(read(root, "binding.gyp"))?.[1] ?? "";
  return [...list.matchAll(/"([^"]+)"/g)].map(([, file]) => String(file));
}

function cmakeSources(root: string): string[] {
  const list = /set\(SOURCES\s([^)]*)\)/.exec(read(root, "CMakeLists.txt"))?.[1] ?? "";
  return list.split(/\s+/).filter(Boolean);
}

/** What has one value in binding.gyp and must have it in CMakeLists.txt. */
function definitions(root: string, file: string): string[] {
  const text = read(root, file);
  const list = /"defines":\s*\[([^\]]*)\]|target_compile_definitions\(\w+ PRIVATE([^)]*)\)/.exec(
    text,
  );
  return (list?.[1] ?? list?.[2] ?? "").match(/[A-Z][\w=]*/g)?.sort() ?? [];
}

function registered(root: string): string[] {
  return [...read(root, "native/addon.cc").matchAll(/^ {2}Register(\w+)\(exports\);/gm)]
    .map(([, name]) =>
      String(name)
        .replace(/(?<!^)[A-Z]/g, "_$&")
        .toLowerCase(),
    )
    .sort();
}

function longFiles(root: string): string[] {
  return filesOf(root, "lib", ".ts").filter(
    (file) => read(root, file).split("\n").length - 1 > MAX_LINES,
  );
}

describe("native/, lib/sys/ and test/sys/", () => {
  it("have the same names", () => {
    expect(sysNames(ROOT)).toEqual(nativeNames(ROOT));
    expect(testNames(ROOT)).toEqual(sysNames(ROOT));
  });

  it("are all in lib/sys/index.ts and native/addon.cc", () => {
    const exported = read(ROOT, "lib/sys/index.ts").matchAll(/^export \* from "\.\/(\w+)\.ts";/gm);

    expect([...exported].map(([, name]) => name)).toEqual(sysNames(ROOT));
    expect(mirrored(registered(ROOT))).toEqual(nativeNames(ROOT));
  });
});

describe("test/", () => {
  it("mirrors lib/, harness/ and bench/", () => {
    expect(orphans(ROOT)).toEqual(OF_FOLDERS);
  });
});

describe("binding.gyp and CMakeLists.txt", () => {
  it("list every file of native/", () => {
    const files = filesOf(ROOT, "native", ".cc");

    expect(gypSources(ROOT)).toEqual(files);
    expect(cmakeSources(ROOT)).toEqual(files);
  });

  it("define the same", () => {
    const defined = definitions(ROOT, "binding.gyp");

    expect(defined).toContain("NAPI_VERSION=8");
    expect(definitions(ROOT, "CMakeLists.txt")).toEqual(defined);
  });
});

describe("lib/", () => {
  it(`has no file above ${String(MAX_LINES)} lines`, () => {
    expect(longFiles(ROOT)).toEqual([]);
  });
});

describe("these checks", () => {
  it("see what is there, and so what is missing", () => {
    const root = fixture({
      "binding.gyp": '{ "sources": [\n"native/a.cc", "native/b.cc"\n], "defines": ["A=1", "B"] }',
      "CMakeLists.txt":
        "set(SOURCES\n  native/a.cc\n)\ntarget_compile_definitions(pollux PRIVATE\n  B A=2\n)",
      "native/a.cc": "",
      "native/addon.cc": "  RegisterA(exports);\n  RegisterTwoWords(exports);\n",
      "native/support/args.h": "",
      "lib/sys/a.ts": "",
      "lib/sys/index.ts": "",
      "test/sys/a.test.ts": "",
      "test/sys/b.more.test.ts": "",
      "test/sys/support.ts": "",
    });

    expect(nativeNames(root)).toEqual(["a"]);
    expect(sysNames(root)).toEqual(["a"]);
    expect(testNames(root)).toEqual(["a", "b"]);
    expect(registered(root)).toEqual(["a", "two_words"]);
    expect(gypSources(root)).toEqual(["native/a.cc", "native/b.cc"]);
    expect(cmakeSources(root)).toEqual(["native/a.cc"]);
    expect(definitions(root, "binding.gyp")).toEqual(["A=1", "B"]);
    expect(definitions(root, "CMakeLists.txt")).toEqual(["A=2", "B"]);
  });

  it("find tests whose file is gone", () => {
    const root = fixture({
      "lib/a/b.ts": "",
      "harness/c.ts": "",
      "test/a/b.test.ts": "",
      "test/a/b.part.test.ts": "",
      "test/a/gone.test.ts": "",
      "test/harness/c.test.ts": "",
      "test/harness/gone.test.ts": "",
      "test/servers/d.test.ts": "",
    });

    expect(orphans(root)).toEqual(["test/a/gone.test.ts", "test/harness/gone.test.ts"]);
  });

  it("count the lines", () => {
    const root = fixture({ "lib/a.ts": "\n".repeat(320), "lib/b/c.ts": "\n".repeat(321) });

    expect(longFiles(root)).toEqual(["lib/b/c.ts"]);
  });
});
