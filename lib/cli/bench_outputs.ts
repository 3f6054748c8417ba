import { type Results, reportHtml } from "../bench/index.ts";
import { OutputFile } from "./output_file.ts";
import { UsageError, fail } from "./report.ts";

interface Output {
  /** As the command line has it. */
  readonly name: string;
  readonly file: OutputFile;
  readonly contentOf: (results: Results) => string;
}

/** The files of `--json` and `--report`. */
export class BenchOutputs {
  readonly #outputs: readonly Output[];

  /** @throws UsageError: one of them cannot be written */
  constructor({ json, report }: { readonly json?: string; readonly report?: string }) {
    if (json !== undefined && json === report) {
      throw new UsageError(`--json and --report: both are ${json}`);
    }
    this.#outputs = [
      ...outputOf("--json", json, (results) => `${JSON.stringify(results)}\n`),
      ...outputOf("--report", report, reportHtml),
    ];
  }

  /** Whether all were written; one that cannot be keeps no other from it. */
  write(results: Results): boolean {
    const written = this.#outputs.map(({ name, file, contentOf }) => {
      try {
        file.write(contentOf(results));
        return true;
      } catch (error) {
        fail(explain(name, error));
        return false;
      }
    });
    return !written.includes(false);
  }
}

function outputOf(
  option: string,
  path: string | undefined,
  contentOf: Output["contentOf"],
): Output[] {
  if (path === undefined) return [];
  const name = `${option} ${path}`;
  try {
    return [{ name, file: new OutputFile(path), contentOf }];
  } catch (error) {
    throw new UsageError(explain(name, error));
  }
}

/** Without the name of the temporary file, which says nothing to anybody. */
function explain(name: string, error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return `${name}: ${message.split(",", 1)[0] ?? ""}`;
}
