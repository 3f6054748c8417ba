import { type Cell, type ScenarioResult, isStarved } from "../results/results.ts";
import { formatValue, listOf } from "../wording/format.ts";

/** A sentence that names the starved cells; `undefined` if there are none. */
export function starvedNote(result: ScenarioResult): string | undefined {
  const starved = result.cells.filter(isStarved);
  if (starved.length === 0) return undefined;
  return `Starved, and not counted by any goal, ratio or finding: ${cellNames(result, starved)}.`;
}

/** The cells that were skipped or have failed, one line for each reason. */
export function missingCells(result: ScenarioResult): string[] {
  const byReason = new Map<string, Cell[]>();
  for (const cell of result.cells) {
    const { skipped, failed } = cell;
    const reason = skipped ?? (failed === undefined ? undefined : `failed: ${failed}`);
    if (reason !== undefined) byReason.set(reason, [...(byReason.get(reason) ?? []), cell]);
  }
  return [...byReason].map(([reason, cells]) => `${cellNames(result, cells)}: ${reason}`);
}

/** "node:net; C poll at 10 and 100": a contender with all its values is named without them. */
function cellNames(result: ScenarioResult, cells: readonly Cell[]): string {
  const byValues = new Map<string, string[]>();
  for (const { name, title } of result.contenders) {
    const values = cells.filter((cell) => cell.contender === name).map(({ value }) => value);
    if (values.length === 0) continue;
    const all = values.length === result.sweep.values.length;
    const where = all ? "" : ` at ${listOf(values.map(formatValue))}`;
    byValues.set(where, [...(byValues.get(where) ?? []), title]);
  }
  const told = [...byValues].map(([where, titles]) => {
    const isAll = titles.length === result.contenders.length && titles.length > 1;
    return `${isAll ? "all contenders" : listOf(titles)}${where}`;
  });
  return told.join("; ");
}
