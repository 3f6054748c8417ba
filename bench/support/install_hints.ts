import { CONTENDERS } from "../contenders/index.ts";

const HEADER = ["contender", "here", "how to get it"] as const;

/**
 * A table, a row a line, of these contenders: the versions that are here, or why there are none, and how to get them.
 *
 * @param names - names that are not a contender's are left out
 */
export function installHints(names: readonly string[]): string {
  const rows = CONTENDERS.filter(({ name }) => names.includes(name)).map((contender) => {
    const here = contender.missing?.() ?? contender.version() ?? "yes, of an unknown version";
    return [contender.name, here, contender.install] as const;
  });
  const all = [HEADER, ...rows];
  const widths = HEADER.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  const lineOf = (row: readonly string[]): string =>
    row.map((text, column) => text.padEnd(widths[column]!)).join("  ");
  return all.map((row) => `${lineOf(row).trimEnd()}\n`).join("");
}
