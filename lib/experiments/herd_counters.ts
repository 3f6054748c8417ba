/** What a worker of the experiment counts of itself. */
export interface Counters {
  /** Connections that it has accepted, or that were passed to it. */
  readonly connections: number;
  /** Connections that have ended. */
  readonly ended: number;
  /** How often its wait has returned. */
  readonly returns: number;
  /** How often its wait has reported a listening socket and nothing else, and accept4 got no connection. */
  readonly inVain: number;
  /** How often accept4 has answered EAGAIN. */
  readonly empty: number;
  /** Context switches of its process: because it waited, */
  readonly voluntary: number;
  /** and because another process had its turn. */
  readonly involuntary: number;
  /** Processor time, in microseconds. */
  readonly cpuUs: number;
}

/** As the supervisor adds them up: the counters of each slot under its number. */
export type CountersBySlot = Readonly<Record<number, Counters>>;

const NOTHING: Counters = {
  ...{ connections: 0, ended: 0, returns: 0, inVain: 0, empty: 0 },
  ...{ voluntary: 0, involuntary: 0, cpuUs: 0 },
};

/** The names of the counters. */
export const COUNTERS = Object.keys(NOTHING) as (keyof Counters)[];

/** What was counted in between. */
export function since(before: Counters, after: Counters): Counters {
  return combine(after, before, (now, then) => now - then);
}

/** The sum of all workers' counters. */
export function sumOf(all: readonly Counters[]): Counters {
  return all.reduce((sum, one) => combine(sum, one, (a, b) => a + b), NOTHING);
}

function combine(
  one: Counters,
  other: Counters,
  join: (one: number, other: number) => number,
): Counters {
  return Object.fromEntries(
    COUNTERS.map((name) => [name, join(one[name], other[name])]),
  ) as unknown as Counters;
}
