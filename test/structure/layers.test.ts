import { describe, expect, it } from "vitest";
import { filesOf, fixture, importsOf, read, ROOT, valueImportsOf } from "./source.ts";

// From the bottom up. A floor imports itself and the floors below it.
const FLOORS = [
  /^lib\/(errors|arguments)\.ts$|^lib\/(failures|memory|native|runtime)\//,
  /^lib\/sys\//,
  /^lib\/(address|descriptors)\//,
  /^lib\/(multiplexer|options|cmsg)\//,
  /^lib\/(socket|netlink)\//,
  /^lib\/reactor\//,
  /^lib\/manager\//,
  /^lib\/(workers|net)\//,
  /^lib\/servers\//,
  /^lib\/index\.ts$/,
  /^lib\/experiments\//,
  /^lib\/cli\//,
];

function floorOf(file: string): number {
  return FLOORS.findIndex((floor) => floor.test(file));
}

/** Files that no floor knows: a new folder takes its place in the list first. */
function homeless(root: string): string[] {
  return filesOf(root, "lib", ".ts").filter((file) => floorOf(file) === -1);
}

function upwardImports(root: string): string[] {
  return filesOf(root, "lib", ".ts").flatMap((file) =>
    importsOf(root, file)
      .filter((imported) => imported.startsWith("lib/") && floorOf(imported) > floorOf(file))
      .map((imported) => `${file} imports ${imported}`),
  );
}

/** Imports out of `folder` into the rest of the checkout; `cli/` measures with the harness. */
function outsideImports(root: string, folder: string): string[] {
  return filesOf(root, folder, ".ts").flatMap((file) =>
    importsOf(root, file)
      .filter((imported) => isOwn(imported) && !imported.startsWith(`${folder}/`))
      .filter((imported) => !(file.startsWith("lib/cli/") && imported.startsWith("harness/")))
      .map((imported) => `${file} imports ${imported}`),
  );
}

function isOwn(imported: string): boolean {
  return /^(\.\.|(lib|harness|test|bench|examples|native|scripts)\/)/.test(imported);
}

/** Files that must be loaded before each other, as `a -> b -> a`. Types are erased and do not count. */
function circles(root: string): string[] {
  return circlesAmong(
    [...filesOf(root, "lib", ".ts"), ...filesOf(root, "harness", ".ts")],
    (file) => valueImportsOf(root, file),
  );
}

/** Files of one folder that cannot be understood without each other: types count, too. */
function circlesOfTypes(root: string, folder: string): string[] {
  return circlesAmong(filesOf(root, folder, ".ts"), (file) => importsOf(root, file));
}

function circlesAmong(files: string[], importsOfFile: (file: string) => string[]): string[] {
  const imports = new Map(files.map((file) => [file, importsOfFile(file)]));
  const finished = new Set<string>();
  const found: string[] = [];
  const visit = (file: string, path: string[]): void => {
    const start = path.indexOf(file);
    if (start !== -1) found.push([...path.slice(start), file].join(" -> "));
    if (start !== -1 || finished.has(file)) return;
    for (const imported of imports.get(file) ?? []) visit(imported, [...path, file]);
    finished.add(file);
  };
  for (const file of files) visit(file, []);
  return found;
}

function sysAmongThemselves(root: string): string[] {
  return filesOf(root, "lib/sys", ".ts")
    .filter((file) => file !== "lib/sys/index.ts")
    .flatMap((file) =>
      importsOf(root, file)
        .filter((imported) => imported.startsWith("lib/sys/"))
        .map((imported) => `${file} imports ${imported}`),
    );
}

function loaders(root: string): string[] {
  const loads = /node-gyp-build|\bdlopen\b|["'`/][^"'`\n]*\.node["'`]/;
  return filesOf(root, "lib", ".ts").filter((file) => loads.test(read(root, file)));
}

function nativeIncludes(root: string): string[] {
  return filesOf(root, "native", ".cc", ".h").flatMap((file) => {
    const allowed = file.startsWith("native/support/") ? /^[a-z_]+\.h$/ : /^support\/[a-z_]+\.h$/;
    return [...read(root, file).matchAll(/^\s*#\s*include\s*"([^"]+)"/gm)]
      .filter(([, included]) => !allowed.test(included ?? ""))
      .map(([, included]) => `${file} includes ${String(included)}`);
  });
}

function threadsAndHandles(root: string): string[] {
  const owns =
    /\bstd::(thread|async|jthread)\b|\bpthread_create\b|\buv_\w+_(init|start)\b|\bthread_?safe_?function|AsyncWorker|create_async_work/i;
  // Who declares a function of libuv does not call it yet.
  const declarations = /^POLLUX_WEAK\b[^;]*;/gm;
  return filesOf(root, "native", ".cc", ".h").filter((file) =>
    owns.test(read(root, file).replace(declarations, "")),
  );
}

describe("imports", () => {
  it("go down only", () => {
    expect(upwardImports(ROOT)).toEqual([]);
  });

  it("are of files that have a floor", () => {
    expect(homeless(ROOT)).toEqual([]);
  });

  it.each(["lib", "harness"])("stay inside of %s/", (folder) => {
    expect(outsideImports(ROOT, folder)).toEqual([]);
  });

  it("lead back to no file that must be loaded first", () => {
    expect(circles(ROOT)).toEqual([]);
  });

  it("of lib/reactor/ lead back to no file, types included", () => {
    expect(circlesOfTypes(ROOT, "lib/reactor")).toEqual([]);
  });

  it("do not lead from one sys/ file to another", () => {
    expect(sysAmongThemselves(ROOT)).toEqual([]);
  });

  it("load the addon in lib/native/ only", () => {
    expect(loaders(ROOT)).toEqual(["lib/native/binary.ts"]);
  });
});

describe("includes", () => {
  it("of native/ are of native/support/ only", () => {
    expect(nativeIncludes(ROOT)).toEqual([]);
  });
});

describe("threads and libuv handles", () => {
  const OWNERS = ["loop_poll.h", "wait_thread.h"];

  it("belong to the two headers of native/async_wait.cc only", () => {
    expect(threadsAndHandles(ROOT).sort()).toEqual(OWNERS.map((name) => `native/support/${name}`));
  });

  it.each(OWNERS)("come to no other file by %s", (name) => {
    const users = filesOf(ROOT, "native", ".cc", ".h").filter(
      (file) => read(ROOT, file).includes(`/${name}"`) || read(ROOT, file).includes(`"${name}"`),
    );

    expect(users).toEqual(["native/async_wait.cc"]);
  });
});

describe("these checks", () => {
  it.each([
    ["lib/sys/a.ts", 'import { x } from "../socket/a.ts";', "lib/socket/a.ts"],
    ["lib/errors.ts", 'export * from "./sys/fd.ts";', "lib/sys/fd.ts"],
    ["lib/address/a.ts", 'import { x } from "../options/a.ts";', "lib/options/a.ts"],
    ["lib/multiplexer/a.ts", 'const x = await import("../reactor/a.ts");', "lib/reactor/a.ts"],
    ["lib/cmsg/a.ts", 'import type { x } from "../netlink/a.ts";', "lib/netlink/a.ts"],
    ["lib/socket/a.ts", 'type X = import("../index.ts").X;', "lib/index.ts"],
    ["lib/reactor/a.ts", 'import "../servers/a.ts";', "lib/servers/a.ts"],
    ["lib/servers/a.ts", 'import "../cli/a.ts";', "lib/cli/a.ts"],
  ])("find that %s imports upward by %s", (file, text, imported) => {
    const root = fixture({ [file]: text });

    expect(upwardImports(root)).toEqual([`${file} imports ${imported}`]);
  });

  it("find files and folders without a floor", () => {
    const root = fixture({ "lib/a.ts": "", "lib/b/c.ts": "", "lib/sys/d.ts": "" });

    expect(homeless(root)).toEqual(["lib/a.ts", "lib/b/c.ts"]);
  });

  it("find a way out of lib/ and harness/, and one between sys/ files", () => {
    const root = fixture({
      "harness/a.ts": 'import "../lib/errors.ts";',
      "lib/cli/a.ts": 'import "../../harness/a.ts";',
      "lib/socket/a.ts": 'import "../../test/support/descriptors.ts";',
      "lib/sys/a.ts": 'import "../../harness/a.ts";',
      "lib/sys/fd.ts": 'import { poll } from "./poll.ts";',
      "lib/sys/index.ts": 'export * from "./poll.ts";',
    });

    expect(outsideImports(root, "harness")).toEqual(["harness/a.ts imports lib/errors.ts"]);
    expect(outsideImports(root, "lib")).toEqual([
      "lib/socket/a.ts imports test/support/descriptors.ts",
      "lib/sys/a.ts imports harness/a.ts",
    ]);
    expect(sysAmongThemselves(root)).toEqual(["lib/sys/fd.ts imports lib/sys/poll.ts"]);
  });

  it("find circles of values, and leave those of types alone", () => {
    const root = fixture({
      "lib/a.ts": 'import { b } from "./b.ts";',
      "lib/b.ts": 'export { c } from "./c.ts";',
      "lib/c.ts": 'import "./a.ts";\nimport type { d } from "./d.ts";',
      "lib/d.ts": 'import { c } from "./c.ts";',
    });

    expect(circles(root)).toEqual(["lib/a.ts -> lib/b.ts -> lib/c.ts -> lib/a.ts"]);
  });

  it("find circles of types in a folder", () => {
    const root = fixture({
      "lib/reactor/a.ts": 'import type { b } from "./b.ts";\nimport { e } from "../e.ts";',
      "lib/reactor/b.ts": 'import { type a } from "./a.ts";',
    });

    expect(circlesOfTypes(root, "lib/reactor")).toEqual([
      "lib/reactor/a.ts -> lib/reactor/b.ts -> lib/reactor/a.ts",
    ]);
  });

  it("find another loader", () => {
    const root = fixture({
      "lib/a.ts": 'require("node-gyp-build");',
      "lib/b.ts": 'require("../build/Release/pollux.node");',
      "lib/c.ts": "process.dlopen(module, file);",
      "lib/d.ts": 'import { inspect } from "node:util";',
    });

    expect(loaders(root)).toEqual(["lib/a.ts", "lib/b.ts", "lib/c.ts"]);
  });

  it("find includes of a neighbour, and threads", () => {
    const root = fixture({
      "native/a.cc": '#include "b.cc"\n#include "support/args.h"\n#include <poll.h>\n',
      "native/b.cc": "std::thread thread;",
      "native/c.cc": "uv_poll_init(loop, &handle, fd);",
      "native/support/x.h": '#include "../b.h"\n#include "args.h"\n',
      "native/support/y.h": "POLLUX_WEAK int uv_poll_init(uv_loop_s* loop,\n    int fd);\n",
      "native/support/z.h": "POLLUX_WEAK int uv_poll_stop();\nint x = uv_poll_start(handle);\n",
    });

    expect(nativeIncludes(root)).toEqual([
      "native/a.cc includes b.cc",
      "native/support/x.h includes ../b.h",
    ]);
    expect(threadsAndHandles(root)).toEqual(["native/b.cc", "native/c.cc", "native/support/z.h"]);
  });
});
