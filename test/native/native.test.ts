import { execFile, execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import ts from "typescript";
import { beforeAll, describe, expect, it } from "vitest";
import { native } from "../../lib/native/native.ts";
import { read, ROOT } from "../structure/source.ts";

const DIST = join(ROOT, "dist/lib/index.js");

/** The property names of a type that lib/native/native.ts declares, and those of its base types. */
function declared(typeName: string): { functions: string[]; constants: string[] } {
  const file = join(ROOT, "lib/native/native.ts");
  const program = ts.createProgram([file], { lib: ["lib.es2022.d.ts"], types: [], strict: true });
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file);
  const node = source?.statements.find(
    (statement) => ts.isInterfaceDeclaration(statement) && statement.name.text === typeName,
  );
  if (node === undefined) throw new Error(`lib/native/native.ts declares no ${typeName}`);
  const properties = checker.getTypeAtLocation(node).getProperties();
  const isFunction = (property: ts.Symbol) => (property.flags & ts.SymbolFlags.Method) !== 0;
  return {
    functions: properties.filter(isFunction).map(({ name }) => name),
    constants: properties.filter((property) => !isFunction(property)).map(({ name }) => name),
  };
}

function exported(type: string): string[] {
  const names: string[] = [];
  // The constants are inherited.
  for (const name in native)
    if (typeof native[name as keyof typeof native] === type) names.push(name);
  return names;
}

/** Runs a program of its own, to the end. */
function node(...args: string[]): Promise<{ stdout: string; stderr: string }> {
  return promisify(execFile)(process.execPath, args, { cwd: ROOT });
}

describe("lib/native/native.ts", () => {
  it("declares what the addon exports, no more and no less", () => {
    const { functions, constants } = declared("Native");

    expect([...functions].sort()).toEqual(exported("function").sort());
    expect([...constants].sort()).toEqual([...exported("number"), "errno", "structs"].sort());
  });

  it("declares the numbers of errno that the addon exports", () => {
    const union = /type ErrnoName =([^;]*);/.exec(read(ROOT, "lib/native/constants.ts"))?.[1] ?? "";

    expect([...union.matchAll(/"(\w+)"/g)].map(([, name]) => name).sort()).toEqual(
      Object.keys(native.errno).sort(),
    );
  });
});

describe("the addon", () => {
  it("survives that a worker is terminated while it is refused", async () => {
    const script = `
      const { Worker } = require("node:worker_threads");
      const code = \`
        const native = require("node-gyp-build")(process.cwd());
        require("node:worker_threads").parentPort.postMessage(0);
        for (;;) try { native.close("x"); } catch {}\`;
      let left = 30;
      const next = () => {
        if (left-- === 0) return;
        const worker = new Worker(code, { eval: true });
        worker.once("message", () => worker.terminate());
        worker.once("exit", next);
      };
      next();`;

    await expect(node("-e", script)).resolves.toMatchObject({ stderr: "" });
  });

  it("survives that a worker is terminated while it loads, at whatever moment", async () => {
    const script = `
      const { Worker } = require("node:worker_threads");
      const code = \`
        require("node:worker_threads").parentPort.postMessage(0);
        for (;;) {
          for (const file of Object.keys(require.cache)) delete require.cache[file];
          require("node-gyp-build")(process.cwd());
        }\`;
      let left = 60;
      const next = () => {
        if (left-- === 0) return;
        const worker = new Worker(code, { eval: true });
        worker.once("message", () => setTimeout(() => worker.terminate(), left % 10));
        worker.once("exit", next);
      };
      next();`;

    await expect(node("-e", script)).resolves.toMatchObject({ stderr: "" });
  });

  it("lets through what a setter of Error.prototype throws", async () => {
    const script = `
      const native = require("node-gyp-build")(process.cwd());
      const set = () => { throw new Error("from the setter"); };
      Object.defineProperty(Error.prototype, "code", { set });
      try { native.close("x"); } catch (error) { console.log(error.message); }`;

    await expect(node("-e", script)).resolves.toMatchObject({ stdout: "from the setter\n" });
  });
});

// `npm test` builds dist/ first; a bare vitest may run without it.
describe.skipIf(!existsSync(DIST))("on another system than Linux", () => {
  const elsewhere = `data:text/javascript,${encodeURIComponent(
    'Object.defineProperty(process, "platform", { value: "darwin" });',
  )}`;

  /** What becomes of each use, in a process of its own for all of them. */
  function outcomes(uses: readonly string[]): string[] {
    const script = `
      import * as pollux from ${JSON.stringify(DIST)};
      const attempt = (use) => {
        try { use(); return "nothing thrown"; } catch (error) { return error.code; }
      };
      console.log(JSON.stringify([${uses.map((use) => `() => ${use}`).join()}].map(attempt)));`;
    const args = ["--import", elsewhere, "--input-type=module", "-e", script];
    return JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8" })) as string[];
  }

  const USES = [
    "pollux.Socket.open(2, 1)",
    "pollux.Socket.pair()",
    "pollux.sys.socket(2, 1)",
    "pollux.sys.epollCreate1()",
    "new pollux.EpollMultiplexer()",
    "new pollux.PollMultiplexer()",
    "new pollux.SelectMultiplexer()",
    "new pollux.SelectMultiplexer({ capacity: 4096 })",
    "new pollux.sys.EpollEvents(1)",
    "new pollux.sys.PollFds(1)",
    "new pollux.sys.FdSet()",
    "new pollux.sys.SigSet()",
    "pollux.sys.pthreadSigmask(0, null)",
    "pollux.sys.timerfdCreate(1)",
    "pollux.sys.loopPollCreate(0, () => 0)",
    "pollux.sys.waitThreadCreate(() => 0)",
    "new pollux.sys.Transfers(1)",
  ];
  let made: readonly string[] = [];

  beforeAll(() => {
    made = outcomes(["0", ...USES]);
  });

  it("is imported without an error", () => {
    expect(made[0]).toBe("nothing thrown");
  });

  it.each(USES)("throws at the first use: %s", (use) => {
    expect(made[1 + USES.indexOf(use)]).toBe("ERR_FEATURE_UNAVAILABLE_ON_PLATFORM");
  });
});
