import { readFileSync } from "node:fs";
import { type Results, parseResults } from "../../harness/index.ts";
import { UsageError } from "./report.ts";

/**
 * Reads a results file that the command line names.
 *
 * @param option - "--compare", for the message; empty for an argument
 * @throws UsageError the file cannot be read, or is no results file
 */
export function readRun(file: string, option = ""): Results {
  try {
    return parseResults(readFileSync(file, "utf8"));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    // Node.js adds the call and the name of the file, which the message has anyway.
    const why = message.replace(/^(E[A-Z]+: [^,]*), .*$/, "$1");
    throw new UsageError(`${option === "" ? "" : `${option} `}${file}: ${why}`);
  }
}
