import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { afterAll, beforeAll } from "vitest";
import { Program } from "../support/program.ts";

const EXAMPLES = fileURLToPath(new URL("../../examples/", import.meta.url));

/**
 * Compiles examples for the tests of this file.
 *
 * @param folder - of its own for each test file
 * @returns the command of an example, with its arguments
 */
export function compiled(
  folder: string,
  ...names: readonly string[]
): (name: string, ...args: string[]) => [string, string[]] {
  // Inside the package, so that it can import itself by its name.
  const built = fileURLToPath(new URL(`../../build-examples-${folder}/`, import.meta.url));
  beforeAll(() => {
    mkdirSync(built, { recursive: true });
    const compilerOptions = { module: ts.ModuleKind.ES2022, target: ts.ScriptTarget.ES2022 };
    for (const name of names) {
      const source = readFileSync(`${EXAMPLES}${name}.ts`, "utf8");
      writeFileSync(
        `${built}${name}.mjs`,
        ts.transpileModule(source, { compilerOptions }).outputText,
      );
    }
  });
  afterAll(() => {
    rmSync(built, { recursive: true });
  });
  return (name, ...args) => [process.execPath, [`${built}${name}.mjs`, ...args]];
}

/** Starts a server that says where it listens. */
export async function listening([command, args]: [string, string[]]): Promise<
  readonly [program: Program, port: number]
> {
  const program = new Program(command, args);
  try {
    const line = await program.nextLine();
    const [, port] = /listening on 127\.0\.0\.1:(\d+)$/.exec(line) ?? [];
    if (port === undefined) throw new Error(`does not listen: ${line}`);
    return [program, Number(port)];
  } catch (error) {
    await program[Symbol.asyncDispose]();
    throw error;
  }
}
