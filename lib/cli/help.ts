import type { Command } from "commander";

/** What the help of a command says after its options. */
export interface More {
  /** What the description and the options do not say. */
  readonly text?: string;
  /** Two or more lines that can be run, each with what it does. */
  readonly examples: readonly (readonly [line: string, effect: string])[];
  /** Codes besides 0 and 2, which mean the same everywhere, or other words for these. */
  readonly exitCodes?: Readonly<Record<number, string>>;
}

const EXIT_CODES = { 0: "done", 1: "it failed", 2: "a mistake on the command line" };

/** Adds examples and exit codes to the help of a command. */
export function helpMore(command: Command, { text, examples, exitCodes = {} }: More): void {
  const width = Math.max(...examples.map(([line]) => line.length));
  const codes = Object.entries({ ...EXIT_CODES, ...exitCodes });
  const lines = [
    ...(text === undefined ? [] : ["", text]),
    "",
    "Examples:",
    ...examples.map(([line, effect]) => `  ${line.padEnd(width)}  ${effect}`),
    "",
    "Exit codes:",
    ...codes.map(([code, meaning]) => `  ${code.padEnd(4)} ${meaning}`),
  ];
  command.addHelpText("after", lines.join("\n"));
}
