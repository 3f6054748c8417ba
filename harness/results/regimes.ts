import type { Sample } from "../scenario/scenario.ts";

interface Sampled {
  readonly samples: readonly Sample[];
}

// A program costs more while it is put to sleep and woken for each message than while it is always busy, and
// which of the two happens can change from sample to sample. A median of both is about neither, and a ratio of one
// to the other compares the regimes, not the programs. So:
// - the samples of a cell are counted by regime;
// - two cells are compared in one regime only: that of which both have the most samples;
// - in it, the first sample of one is compared with the first of the other, the second with the second, and so on;
// - without a regime in common, there is no number.

/** How many samples were taken in each regime, the most frequent one first. `""`: the trial names none. */
export function regimesOf({ samples }: Sampled): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { regime = "" } of samples) counts.set(regime, (counts.get(regime) ?? 0) + 1);
  return new Map([...counts].sort(([, a], [, b]) => b - a));
}

/** The regime in which cells can be compared; `undefined` if they have none in common. */
export function commonRegime(first: Sampled, ...others: readonly Sampled[]): string | undefined {
  const counts = [first, ...others].map(regimesOf);
  const shared = [...counts[0]!.keys()]
    .map((regime) => ({ regime, pairs: Math.min(...counts.map((one) => one.get(regime) ?? 0)) }))
    .filter(({ pairs }) => pairs > 0)
    // Of equally frequent ones the first by name, so that both sides of a comparison choose the same.
    .sort((a, b) => b.pairs - a.pairs || (a.regime < b.regime ? -1 : 1));
  return shared[0]?.regime;
}

/** The cell with its samples of one regime only. */
export function inRegime<C extends Sampled>(cell: C, regime: string): C {
  return { ...cell, samples: cell.samples.filter((sample) => (sample.regime ?? "") === regime) };
}

/** "busy", or "busy 5, woken 2"; empty if the trial names no regimes. */
export function regimeText(cell: Sampled): string {
  const counts = [...regimesOf(cell)].map(([regime, count]) => [regime || "other", count] as const);
  const [first] = counts;
  if (first && counts.length === 1) return first[0] === "other" ? "" : first[0];
  return counts.map(([regime, count]) => `${regime} ${String(count)}`).join(", ");
}
