import { READABLE } from "pollux";
import type { Goal, Metric, Pair, Scenario, Trial } from "pollux/bench";
import { TITLES, contenderOf } from "../contenders/index.ts";
import type { ContenderName } from "../contenders/contender.ts";
import { CoProcess } from "./co_process.ts";
import { buildPrograms, whyNoPrograms } from "./programs.ts";
import { tooManyDescriptors } from "./usage.ts";
import { type Kind, descriptorsFor, openWatched } from "./watched.ts";

export const WAITERS = [
  ...(["c-select", "c-select-mt", "select", "c-poll", "c-poll-mt", "poll"] as const),
  ...(["c-epoll", "c-epoll-mt", "epoll"] as const),
] as const;

// From 64 events to 16,384, doubled by each wait that finds it full.
const WARM_UPS = 8;

export type Waiter = (typeof WAITERS)[number];

/** Each is held against the same system call in C, in a process of several threads as well. */
export const OWN_C = { select: "c-select-mt", poll: "c-poll-mt", epoll: "c-epoll-mt" } as const;

export const WAIT_METRICS: readonly Metric[] = [
  { name: "cpu", unit: "ns", better: "lower", title: "processor time per wait" },
];

export const METHOD =
  "Waits with a timeout of 0, one after the other. The ready descriptors stay ready: nobody reads " +
  "them. They are spread evenly over the descriptor numbers, and the highest one is among them. " +
  "C with 2 threads has an idle one: the kernel then counts references to each descriptor, as it " +
  "does for Node.js, which always has several.";

const ONE_DESCRIPTOR =
  "Each pipe is one descriptor, open for both ends: that many fit below the limit of a process.";

/** Whose order along the sweep is told: in JavaScript, in C, and in C with two threads. */
export const PAIRS: readonly Pair<Waiter>[] = [
  { contender: "poll", versus: "epoll" },
  { contender: "c-poll", versus: "c-epoll" },
  { contender: "c-poll-mt", versus: "c-epoll-mt" },
];

/** select and poll: at most 1.1 times what C takes, from 100 descriptors up. */
export function waitGoals(values: readonly number[]): Goal<number>[] {
  const many = values.filter((value) => value >= 100);
  return many.flatMap((value) => [
    goalOf("select", value, 1 / 1.1),
    goalOf("poll", value, 1 / 1.1),
  ]);
}

/** epoll: at most 1.3 times what C takes, however many are watched. */
export function epollGoals(values: readonly number[]): Goal<number>[] {
  return values.map((value) => goalOf("epoll", value, 1 / 1.3));
}

function goalOf(contender: keyof typeof OWN_C, value: number, atLeast: number): Goal<number> {
  return { contender, versus: OWN_C[contender], value, metric: "cpu", atLeast };
}

export function skipWait(name: Waiter, kind: Kind, count: number): string | undefined {
  const reason = tooManyDescriptors(descriptorsFor(kind, count));
  return contenderOf(name).waitCost && reason === undefined ? whyNoPrograms() : reason;
}

/** Waits for `count` descriptors of which `active` are ready. */
export async function waitTrial(
  name: Waiter,
  kind: Kind,
  count: number,
  active: number,
): Promise<Trial> {
  const { waitCost } = contenderOf(name);
  return waitCost ? cTrial(waitCost, kind, [count, active]) : ownTrial(name, kind, count, active);
}

/** bench/c/wait_cost.c; `events` are those of one run. */
export async function cTrial(
  mode: readonly string[],
  kind: Kind,
  numbers: readonly number[],
  events = 1,
): Promise<Trial> {
  const waiter = new CoProcess([...mode, kind, ...numbers.map(String)]);
  await waiter.line();
  return {
    async run(times) {
      const { elapsed, cpu } = await waiter.run(times, false);
      return { cpu: cpu / times / events, elapsed, busy: cpu / elapsed };
    },
    teardown: () => waiter.end(),
  };
}

function ownTrial(name: ContenderName, kind: Kind, count: number, active: number): Trial {
  const fds = openWatched(kind, count, active);
  const multiplexer = contenderOf(name).multiplexer!(fds.highest + 1);
  for (const fd of fds.watched) multiplexer.add(fd, READABLE);
  let waits = 0;
  let found = 0;
  const onReady = (): void => {
    found++;
  };
  // epoll's list of events grows with what it finds: the first waits see fewer.
  for (let warmUp = 0; warmUp < WARM_UPS; warmUp++) multiplexer.waitSync(0, onReady);
  found = 0;
  return {
    run(times) {
      for (let wait = 0; wait < times; wait++) multiplexer.waitSync(0, onReady);
      waits += times;
    },
    teardown() {
      multiplexer.close();
      fds.close();
      if (found !== waits * active || waits === 0) {
        throw new Error(`${found} were ready in ${waits} waits instead of ${active} in each`);
      }
    },
  };
}

/** A scenario that asks what one wait costs; `active` says how many of `count` are ready. */
export function waitScenario(
  about: Pick<Scenario<Waiter, number>, "name" | "question" | "sweep" | "goals">,
  kind: Kind,
  active: (count: number) => number,
): Scenario<Waiter, number> {
  return {
    ...about,
    contenders: WAITERS,
    titles: TITLES,
    metrics: WAIT_METRICS,
    baseline: OWN_C,
    method: kind === "pipe" ? `${METHOD} ${ONE_DESCRIPTOR}` : METHOD,
    setup: buildPrograms,
    skip: (name, count) => skipWait(name, kind, count),
    pairs: PAIRS,
    prepare: (contender, count) => waitTrial(contender, kind, count, active(count)),
  };
}
