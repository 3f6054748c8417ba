import { realpathSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { type ReportOptions, type Results, reportHtml, resultsJson } from "../../harness/index.ts";
import { OutputFile } from "./output_file.ts";
import { UsageError, fail } from "./report.ts";

interface Output {
  /** The option and its value, as on the command line. */
  readonly name: string;
  readonly file: OutputFile;
  readonly contentOf: (results: Results) => string;
}

/** The files that `--json` and `--report` name. */
export class BenchOutputs {
  readonly #outputs: readonly Output[];

  /**
   * @param options - how the suite shows its report
   * @throws UsageError a file cannot be written, or both are the same
   */
  constructor(
    { json, report }: { readonly json?: string; readonly report?: string },
    options: ReportOptions = {},
  ) {
    if (json !== undefined && report !== undefined && placeOf(json) === placeOf(report)) {
      throw new UsageError(`--json and --report name the same file, ${json}`);
    }
    this.#outputs = [
      ...outputOf("--json", json, (results) => `${resultsJson(results)}\n`),
      ...outputOf("--report", report, (results) => reportHtml(results, options)),
    ];
  }

  /**
   * Writes the files. If one cannot be written, the other one still is. A run that was interrupted before its
   * first sample replaces no file.
   *
   * @returns whether all were written
   */
  write(results: Results): boolean {
    if (!results.complete && !hasSamples(results)) {
      const names = this.#outputs.map(({ name }) => name);
      if (names.length > 0)
        fail(`nothing was measured, so nothing is written: ${names.join(", ")}`);
      return true;
    }
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

/** The real path of a file, which is equal for all of its names. */
function placeOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    // The file does not exist yet, but its directory may have several names.
    const place = resolve(path);
    return dirname(place) === place ? place : join(placeOf(dirname(place)), basename(place));
  }
}

function outputOf(
  option: string,
  path: string | undefined,
  contentOf: Output["contentOf"],
): Output[] {
  if (path === undefined) return [];
  if (path === "") throw new UsageError(`${option} needs the name of a file`);
  const name = `${option} ${path}`;
  try {
    return [{ name, file: new OutputFile(path), contentOf }];
  } catch (error) {
    throw new UsageError(explain(name, error));
  }
}

function hasSamples({ scenarios }: Results): boolean {
  return scenarios.some(({ cells }) => cells.some(({ samples }) => samples.length > 0));
}

/** The message of the error, without the name of the temporary file. */
function explain(name: string, error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return `${name}: ${message.split(",", 1)[0] ?? ""}`;
}
