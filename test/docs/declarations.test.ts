import { cpSync, mkdirSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { fixture, ROOT } from "../structure/source.ts";
import { run } from "../support/program.ts";

const require = createRequire(import.meta.url);

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
    // No "types", and libraries are checked too: what the declarations need, they must bring themselves,
    // and nothing of a browser.
    "tsconfig.json": JSON.stringify({
      compilerOptions: {
        ...{ module: "nodenext", target: "es2022", lib: ["es2022"], strict: true, noEmit: true },
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
  symlinkSync(
    dirname(require.resolve("@types/node/package.json")),
    join(root, "node_modules/@types/node"),
  );
  return root;
}

/** What a compiler says of the project and of the package: what others declare is not ours. */
async function check(compiler: string, root: string): Promise<string[]> {
  const tsc = join(dirname(require.resolve(`${compiler}/package.json`)), "bin/tsc");
  const args = ["--pretty", "false", "--listFiles"];
  const { stdout } = await run("env", "--chdir", root, process.execPath, tsc, ...args);
  const lines = stdout.replaceAll(`${root}/`, "").split("\n");
  expect(
    lines.filter((line) => /^node_modules\/pollux\/.*\.d\.ts$/.test(line)).length,
  ).toBeGreaterThan(100);
  return lines
    .filter((line) => /: error TS\d+: /.test(line))
    .filter((line) => !/^(.*\/)?node_modules\/(?!pollux\/)/.test(line));
}

describe.each([
  ["typescript-5.9", /^5\.9\./],
  ["typescript", /^6\./],
  ["typescript-7", /^7\./],
])("the declarations with %s", (compiler, version) => {
  it("are of the version that is meant", () => {
    expect(require(`${compiler}/package.json`)).toMatchObject({
      version: expect.stringMatching(version),
    });
  });

  it("need nothing but @types/node under module nodenext without types; a wrong type is an error", async () => {
    const wrong = PROGRAM.replace("number | null", "string");
    const root = project({ "right.ts": PROGRAM, "wrong.ts": wrong });

    expect(await check(compiler, root)).toEqual([
      expect.stringMatching(/^wrong\.ts\(6,7\): error TS2322: Type 'number \| null' is not/),
    ]);
  });
});
