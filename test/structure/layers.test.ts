import { describe, expect, it } from "vitest";
import { filesOf, fixture, importsOf, read, ROOT } from "./source.ts";

// From the bottom up. What is not named here stands beside socket, address and options.
const FLOORS = [
  /^lib\/native(_\w+)?\.ts$/,
  /^lib\/(errors|memory)\.ts$/,
  /^lib\/sys\//,
  /^lib\/((address|cmsg|multiplexer|netlink|options)\/.*|(?!index\.ts$)[^/]*)$/,
  /^lib\/reactor\//,
  /^lib\/servers\//,
  /^lib\/index\.ts$/,
  /^lib\/cli\//,
];

function floorOf(file: string): number {
  return FLOORS.findIndex((floor) => floor.test(file));
}

function upwardImports(root: string): string[] {
  return filesOf(root, "lib", ".ts").flatMap((file) =>
    importsOf(root, file)
      .filter((imported) => imported.startsWith("lib/") && floorOf(imported) > floorOf(file))
      .map((imported) => `${file} imports ${imported}`),
  );
}

/** Imports out of lib/ into the rest of the checkout. */
function outsideImports(root: string): string[] {
  return filesOf(root, "lib", ".ts").flatMap((file) =>
    importsOf(root, file)
      .filter((imported) => /^(\.\.|test\/|bench\/|examples\/|native\/|scripts\/)/.test(imported))
      .map((imported) => `${file} imports ${imported}`),
  );
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

  it("stay inside of lib/", () => {
    expect(outsideImports(ROOT)).toEqual([]);
  });

  it("do not lead from one sys/ file to another", () => {
    expect(sysAmongThemselves(ROOT)).toEqual([]);
  });

  it("load the addon in lib/native.ts only", () => {
    expect(loaders(ROOT)).toEqual(["lib/native.ts"]);
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
    ["lib/sys/a.ts", 'import { x } from "../socket.ts";', "lib/socket.ts"],
    ["lib/native.ts", 'import type { x } from "./errors.ts";', "lib/errors.ts"],
    ["lib/errors.ts", 'export * from "./sys/fd.ts";', "lib/sys/fd.ts"],
    ["lib/multiplexer/a.ts", 'const x = await import("../reactor/a.ts");', "lib/reactor/a.ts"],
    ["lib/socket.ts", 'type X = import("./index.ts").X;', "lib/index.ts"],
    ["lib/reactor/a.ts", 'import "../servers/a.ts";', "lib/servers/a.ts"],
    ["lib/servers/a.ts", 'import "../cli/a.ts";', "lib/cli/a.ts"],
  ])("find that %s imports upward by %s", (file, text, imported) => {
    const root = fixture({ [file]: text });

    expect(upwardImports(root)).toEqual([`${file} imports ${imported}`]);
  });

  it("find a way out of lib/, and one between sys/ files", () => {
    const root = fixture({
      "lib/socket.ts": 'import "../test/support/descriptors.ts";',
      "lib/sys/fd.ts": 'import { poll } from "./poll.ts";',
      "lib/sys/index.ts": 'export * from "./poll.ts";',
    });

    expect(outsideImports(root)).toEqual(["lib/socket.ts imports test/support/descriptors.ts"]);
    expect(sysAmongThemselves(root)).toEqual(["lib/sys/fd.ts imports lib/sys/poll.ts"]);
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
