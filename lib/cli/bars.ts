/** A bar of a chart. */
export interface Bar {
  readonly label: string;
  /** From 0 up. */
  readonly value: number;
}

const WIDTH = 40; // characters of the longest bar

/**
 * A bar chart as lines of text: the longest bar is the largest value.
 *
 * @param show - how a value is written at the end of its bar
 */
export function bars(all: readonly Bar[], show: (value: number) => string): string[] {
  const largest = Math.max(0, ...all.map(({ value }) => value));
  const width = Math.max(0, ...all.map(({ label }) => label.length));
  return all.map(({ label, value }) => {
    const bar = "#".repeat(largest === 0 ? 0 : Math.round((WIDTH * value) / largest));
    return `  ${label.padEnd(width)}  ${bar}${bar === "" ? "" : " "}${show(value)}`;
  });
}
