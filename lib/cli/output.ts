/** How words look on a terminal. */
export type Style = "bold" | "dim" | "green" | "red";

const CODES: Readonly<Record<Style, readonly [on: number, off: number]>> = {
  bold: [1, 22],
  dim: [2, 22],
  green: [32, 39],
  red: [31, 39],
};

/** A stream for text, perhaps a terminal. */
export interface TextStream {
  readonly isTTY?: boolean;
  /** Of terminals: knows NO_COLOR, FORCE_COLOR and TERM. */
  hasColors?(): boolean;
}

/** Colours, where the stream is a terminal that has some; elsewhere the text as it is. */
export function styler(
  stream: TextStream = process.stdout,
): (style: Style, text: string) => string {
  if (stream.isTTY !== true || stream.hasColors?.() !== true) return (_, text) => text;
  return (style, text) => {
    const [on, off] = CODES[style];
    return `\x1b[${String(on)}m${text}\x1b[${String(off)}m`;
  };
}

/** Writes lines to standard output. */
export function print(...lines: readonly string[]): void {
  process.stdout.write(lines.map((line) => `${line}\n`).join(""));
}

/** JSON in one line; what has no form of its own there, as text or as a list of numbers. */
export function json(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (typeof part === "bigint") return String(part);
    if (ArrayBuffer.isView(part))
      return [...new Uint8Array(part.buffer, part.byteOffset, part.byteLength)];
    return part;
  });
}

/** What a shell says of a process that SIGPIPE has ended. */
export const NOBODY_READS = 128 + 13;

/** For what prints without end: ends the process when nobody reads it any more, as SIGPIPE does. */
export function endWithOutput(): void {
  process.stdout.on("error", () => {
    process.exit(NOBODY_READS);
  });
}

/** Rows as lines, each column as wide as its widest cell. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) {
      widths[column] = Math.max(widths[column] ?? 0, cell.length);
    }
  }
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}
