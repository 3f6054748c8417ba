import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { programOf } from "./compiler.ts";

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
  const program = programOf([...files.keys()], files);
  const errors = [...files.keys()].map((name) =>
    program.getSemanticDiagnostics(program.getSourceFile(name)).map(({ code }) => `TS${code}`),
  );
  return Object.fromEntries(snippets.map((snippet, index) => [snippet, errors[index] ?? []]));
}
