import type { Share } from "../workers/share.ts";
import type { Counters } from "./herd_counters.ts";
import type { Served } from "./herd_load.ts";
import { spreadOf } from "./herd_spread.ts";

/** What was seen with one share. */
export interface Measured {
  readonly share: Share;
  /** By slot. */
  readonly workers: readonly Counters[];
  readonly sum: Counters;
  readonly served: Served;
  /** Processor time of those who take part in serving, in microseconds. */
  readonly cpuUs: number;
}

/** Where a cost is lowest and where it is highest. */
export function conclude(all: readonly Measured[]): string {
  const wakeUps = ({ sum }: Measured): number => sum.voluntary / sum.connections;
  const empty = ({ sum }: Measured): number => sum.empty / sum.connections;
  const p99 = ({ served }: Measured): number => served.p99Us;
  const gini = ({ workers }: Measured): number =>
    spreadOf(workers.map(({ connections }) => connections)).gini;
  const told = [
    `workers woke ${range(all, wakeUps)}`,
    `accept4 answered EAGAIN ${range(all, empty)}`,
    `99 in 100 had their echo within ${range(all, p99, " us")}`,
  ];
  return (
    `Per connection, ${told.join("; ")}; the spread, as a Gini coefficient, was ${range(all, gini, "")}` +
    `${idle(all)}${lost(all)}.`
  );
}

/** "1.24 times with exclusive and 3.02 times with shared" */
function range(
  all: readonly Measured[],
  figure: (measured: Measured) => number,
  unit = " times",
): string {
  const sorted = [...all].sort((one, other) => figure(one) - figure(other));
  const ends = [sorted[0], sorted.at(-1)].map((one) =>
    one ? `${short(figure(one))}${unit} with ${one.share}` : "",
  );
  return ends.join(" and ");
}

function idle(all: readonly Measured[]): string {
  const shares = all.flatMap(({ share, workers }) => {
    const count = workers.filter(({ connections }) => connections === 0).length;
    return count === 0 ? [] : [`${String(count)} of ${String(workers.length)} with ${share}`];
  });
  return shares.length === 0 ? "" : `; workers without a connection were ${shares.join(", ")}`;
}

/** Each connection is served, and once: anything else is told. */
function lost(all: readonly Measured[]): string {
  const shares = all.flatMap(({ share, sum, served: { echoed, broken } }) =>
    broken === 0 && echoed === sum.connections
      ? []
      : [
          `with ${share} ${String(sum.connections)} were accepted, and ${String(echoed)} had an echo`,
        ],
  );
  return shares.length === 0 ? "" : `; ${shares.join("; ")}`;
}

function short(value: number): string {
  return value < 10 ? value.toFixed(2) : value.toFixed(0);
}
