import { realpathSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { type Results, reportHtml } from "../../harness/index.ts";
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
    if (json !== undefined && report !== undefined && placeOf(json) === placeOf(report)) {
      throw new UsageError(`--json and --report: both are ${json}`);
    }
    this.#outputs = [
      ...outputOf("--json", json, (results) => `${JSON.stringify(results)}\n`),
      ...outputOf("--report", report, reportHtml),
    ];
  }

  /**
   * Whether all were written; one that cannot be keeps no other from it. A run that was cut short
   * before its first sample replaces nothing.
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

/** Where it leads to, by whatever way: other names of one file are equal. */
function placeOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    // It is still to be made, in a directory that may have other names as well.
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
  if (path === "") throw new UsageError(`${option}: it needs the name of a file`);
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

/** Without the name of the temporary file, which says nothing to anybody. */
function explain(name: string, error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return `${name}: ${message.split(",", 1)[0] ?? ""}`;
}
