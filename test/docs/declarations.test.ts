import { cpSync, mkdirSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { fixture, ROOT } from "../structure/source.ts";
import { run } from "../support/program.ts";

const { resolve } = createRequire(import.meta.url);

const PROGRAM = `
import { type Handler, Reactor, Socket, createMultiplexer, sys } from "pollux";
import { type Scenario, measure } from "pollux/bench";

using socket: Socket = Socket.open(sys.AF_INET, sys.SOCK_DGRAM);
const received: number | null = socket.recv(Buffer.alloc(64));
const reactor = new Reactor(createMultiplexer<Handler>("poll"));
export const scenario: Scenario<"one", number> = {
  ...{ name: "n", question: "?", contenders: ["one"], sweep: { name: "x", values: [1] } },
  prepare: () => ({ run: () => undefined }),
};
export const result = [measure(scenario), received, reactor];
`;

/** A project that has installed the package and @types/node, and nothing else. */
function project(files: Record<string, string>): string {
  const root = fixture({
    "package.json": '{ "type": "module" }',
    // No "types", and libraries are checked too: what the declarations need, they must bring themselves.
    // But for TypeScript's own library.
    "tsconfig.json": JSON.stringify({
      compilerOptions: {
        ...{ module: "nodenext", target: "es2022", strict: true, noEmit: true },
        skipDefaultLibCheck: true,
      },
    }),
    ...files,
  });
  const installed = join(root, "node_modules/pollux");
  cpSync(join(ROOT, "package.json"), join(installed, "package.json"));
  cpSync(join(ROOT, "dist"), join(installed, "dist"), {
    recursive: true,
    filter: (file) => !/\.(js|map)$/.test(file),
  });
  mkdirSync(join(root, "node_modules/@types"));
  symlinkSync(dirname(resolve("@types/node/package.json")), join(root, "node_modules/@types/node"));
  return root;
}

async function check(compiler: string, root: string): Promise<string> {
  const tsc = resolve(`${compiler}/bin/tsc`);
  return (await run(process.execPath, tsc, "--pretty", "false", "-p", root)).stdout;
}

describe.each([
  ["typescript-5.9", /^5\.9\./],
  ["typescript", /^6\./],
])("the declarations with %s", (compiler, version) => {
  it("are of the version that is meant", () => {
    expect(createRequire(import.meta.url)(`${compiler}/package.json`)).toMatchObject({
      version: expect.stringMatching(version),
    });
  });

  it("need nothing but @types/node under module nodenext without types; a wrong type is an error", async () => {
    const wrong = PROGRAM.replace("number | null", "string");
    const root = project({ "right.ts": PROGRAM, "wrong.ts": wrong });

    const errors = (await check(compiler, root)).split("\n").filter((line) => /^\S/.test(line));
    expect(errors).toEqual([
      expect.stringMatching(/\/wrong\.ts\(6,7\): error TS2322: Type 'number \| null' is not/),
    ]);
  });
});
