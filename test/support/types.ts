import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/**
 * What TypeScript says to each of these snippets, on the options of this project: for each the codes
 * of its errors, empty where it compiles.
 *
 * @param preamble - imports, from "../lib/….ts", for all of them
 */
export function typeErrors(
  preamble: string,
  snippets: readonly string[],
): Record<string, string[]> {
  const files = new Map(
    snippets.map((snippet, index) => [
      join(ROOT, "test", `snippet-${String(index)}.ts`),
      `${preamble}\n${snippet}\n`,
    ]),
  );
  const { config } = ts.readConfigFile(join(ROOT, "tsconfig.json"), (file) =>
    ts.sys.readFile(file),
  );
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
  const host = ts.createCompilerHost(options);
  const fromDisk = host.getSourceFile.bind(host);
  host.getSourceFile = (name, version) => {
    const text = files.get(name);
    return text === undefined
      ? fromDisk(name, version)
      : ts.createSourceFile(name, text, version, true);
  };
  const program = ts.createProgram([...files.keys()], { ...options, noUnusedLocals: false }, host);
  const errors = [...files.keys()].map((name) =>
    program.getSemanticDiagnostics(program.getSourceFile(name)).map(({ code }) => `TS${code}`),
  );
  return Object.fromEntries(snippets.map((snippet, index) => [snippet, errors[index] ?? []]));
}
