import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fixture, ROOT } from "../structure/source.ts";
import { Program } from "../support/program.ts";
import { outputOf, PAGES, type Snippet, snippetsIn } from "./pages.ts";

// Inside the package, so that it can import itself by its name. Two runs of this test may overlap.
const BUILT = join(ROOT, "build-snippets", String(process.pid));
const SNIPPETS = snippetsIn(PAGES);
// As somebody who has installed the package compiles it: against dist/, for Node 20.
const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  lib: ["lib.es2022.d.ts", "lib.esnext.disposable.d.ts"],
  module: ts.ModuleKind.NodeNext,
  types: ["node"],
  strict: true,
  // declarations.test.ts checks what is built.
  skipLibCheck: true,
  noUnusedLocals: true,
  noEmitOnError: false,
  outDir: BUILT,
  rootDir: BUILT,
};

function fileOf(snippet: Snippet): string {
  return join(BUILT, `snippet${String(SNIPPETS.indexOf(snippet))}`);
}

let last: ts.Program | undefined;

/** Compiles them to .js; returns what the compiler says. */
function compile(files: readonly string[]): string[] {
  const program = ts.createProgram(files, OPTIONS, undefined, last);
  last = program;
  const { diagnostics } = program.emit();
  return [...ts.getPreEmitDiagnostics(program), ...diagnostics].map(
    ({ file, start = 0, messageText }) =>
      `${String(file?.text.slice(start, start + 40))}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`,
  );
}

/** What comes back when something is sent to an address, `127.0.0.1:80`. */
async function echo(address: string): Promise<string> {
  const socket = connect(Number(address.split(":")[1]), "127.0.0.1");
  socket.end("hello");
  return await text(socket);
}

let errors: string[] = [];

beforeAll(() => {
  mkdirSync(BUILT, { recursive: true });
  for (const snippet of SNIPPETS) writeFileSync(`${fileOf(snippet)}.ts`, snippet.code);
  errors = compile(SNIPPETS.map((snippet) => `${fileOf(snippet)}.ts`));
});

afterAll(() => {
  rmSync(BUILT, { recursive: true });
});

describe("the snippets of README.md and docs/", () => {
  it("compile against what is built", () => {
    expect(errors).toEqual([]);
  });

  it.each(SNIPPETS.map((snippet) => [snippet.page, snippet.title, snippet] as const))(
    "print what they say: %s, %s",
    async (_page, _title, snippet) => {
      await using program = new Program(process.execPath, [`${fileOf(snippet)}.js`]);
      if (/\blistening on\b/.test(snippet.code)) {
        const line = await program.nextLine();
        expect(await echo(line.split(" ").at(-1) ?? "")).toMatch(/^hello$/i);
        program.kill("SIGINT");
        expect((await program.ended).code ?? 0).toBe(0); // `null` without a handler: the signal did it
      }
      const { code, signal, stdout, stderr } = await program.ended;

      expect({ stderr, code: code ?? signal }).toEqual({
        stderr: "",
        code: expect.toBeOneOf([0, "SIGINT"]),
      });
      for (const line of outputOf(snippet.code)) expect(stdout).toMatch(line);
    },
  );

  it("are there, each with something to compare or to talk to", () => {
    expect(SNIPPETS.filter(({ page }) => page === "README.md")).toHaveLength(2);
    expect(SNIPPETS.filter(({ page }) => page === "docs/guide.md").length).toBeGreaterThan(12);
    expect(SNIPPETS.filter(({ code }) => outputOf(code).length === 0)).toEqual([]);
  });
});

describe("this check", () => {
  it("finds a snippet that does not compile", () => {
    const file = join(BUILT, "wrong.ts");
    writeFileSync(file, 'import { Socket } from "pollux";\nSocket.pair().missing();\n');

    expect(compile([file])).toEqual([expect.stringContaining("'missing' does not exist")]);
  });

  it("finds the snippets, and what they print", () => {
    const page = "# A\n\n```ts\nconsole.log(a); // 1 …\n```\n\n```sh\nb\n```\n\n```ts\nc();\n```\n";
    const snippets = snippetsIn(["a.md"], fixture({ "a.md": page }));

    expect(snippets.map(({ title, code }) => [title, code])).toEqual([
      ["A #1", "console.log(a); // 1 …\n"],
      ["A #2", "c();\n"],
    ]);
    expect(snippets.map(({ code }) => outputOf(code))).toEqual([[/^1 .*$/m], []]);
  });
});
