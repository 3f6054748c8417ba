import { READABLE } from "pollux";
import type { Goal, Metric, Pair, Scenario, Trial } from "pollux/bench";
import {
  type ContenderName,
  contenderOf,
  FAMILIES,
  TITLES,
  versionOfContender,
} from "../contenders/index.ts";
import { CoProcess } from "./co_process.ts";
import { buildPrograms, whyNoPrograms } from "./programs.ts";
import { tooManyDescriptors } from "./process_usage.ts";
import { type Kind, descriptorsFor, openWatched } from "./watched.ts";

/** The contenders of scenarios about waits, each pollux multiplexer beside the same call in C. */
export const WAITERS = [
  ...(["c-select", "c-select-mt", "select", "c-poll", "c-poll-mt", "poll"] as const),
  ...(["c-epoll", "c-epoll-mt", "epoll"] as const),
] as const;

// epoll's list of events grows from 64 to 16,384 entries: each wait that fills it doubles it.
const WARM_UPS = 8;

/** The name of a contender of scenarios about waits. */
export type Waiter = (typeof WAITERS)[number];

/** The baseline of each multiplexer: the same system call in C, in a process of two threads. */
export const OWN_C = { select: "c-select-mt", poll: "c-poll-mt", epoll: "c-epoll-mt" } as const;

const METRICS: readonly Metric[] = [
  { name: "cpu", unit: "ns", better: "lower", title: "processor time per wait" },
];

const METHOD =
  "Waits with a timeout of 0, one after the other. Nobody reads the ready descriptors, so they stay " +
  "ready. They are spread evenly over the descriptor numbers, and the highest one is among them. " +
  "C with 2 threads has an idle thread: the kernel then counts references to each descriptor, as it " +
  "does for Node.js, which always has several threads.";

const ONE_DESCRIPTOR =
  "Each pipe has one descriptor for both ends, because a process may open only so many.";

/** poll beside epoll: in pollux, in C, and in C with two threads. */
export const PAIRS: readonly Pair<Waiter>[] = [
  { contender: "poll", versus: "epoll" },
  { contender: "c-poll", versus: "c-epoll" },
  { contender: "c-poll-mt", versus: "c-epoll-mt" },
];

/** select and poll: at most 1.1× C from 100 descriptors up. */
export function waitGoals(values: readonly number[]): Goal<number>[] {
  const many = values.filter((value) => value >= 100);
  return many.flatMap((value) => [goalOf("select", value, 1.1), goalOf("poll", value, 1.1)]);
}

/** epoll: at most 1.3× C at all values. */
export function epollGoals(values: readonly number[]): Goal<number>[] {
  return values.map((value) => goalOf("epoll", value, 1.3));
}

function goalOf(contender: keyof typeof OWN_C, value: number, atMost: number): Goal<number> {
  return { contender, versus: OWN_C[contender], value, metric: "cpu", atMost };
}

/** The reason why a wait cannot be measured; `undefined` if it can. */
export function skipWait(name: Waiter, kind: Kind, count: number): string | undefined {
  const reason = tooManyDescriptors(descriptorsFor(kind, count));
  return contenderOf(name).waitCost && reason === undefined ? whyNoPrograms() : reason;
}

async function waitTrial(name: Waiter, kind: Kind, count: number, active: number): Promise<Trial> {
  const { waitCost } = contenderOf(name);
  return waitCost ? cTrial(waitCost, kind, [count, active]) : ownTrial(name, kind, count, active);
}

/**
 * A trial of bench/c/wait_cost.c.
 *
 * @param command - the start of its command line: {@link Contender.waitCost}
 * @param events - how many events each repetition has; the cost is per event
 */
export async function cTrial(
  command: readonly string[],
  kind: Kind,
  numbers: readonly number[],
  events = 1,
): Promise<Trial> {
  const waiter = new CoProcess([...command, kind, ...numbers.map(String)]);
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

/**
 * A scenario that asks what one wait costs.
 *
 * @param kind - what is watched
 * @param active - how many of `count` watched descriptors are ready
 */
export function waitScenario(
  about: Pick<Scenario<Waiter, number>, "name" | "question" | "sweep" | "goals">,
  kind: Kind,
  active: (count: number) => number,
): Scenario<Waiter, number> {
  return {
    ...about,
    contenders: WAITERS,
    titles: TITLES,
    families: FAMILIES,
    versionOf: versionOfContender,
    metrics: METRICS,
    baseline: OWN_C,
    method: kind === "pipe" ? `${METHOD} ${ONE_DESCRIPTOR}` : METHOD,
    setup: buildPrograms,
    skip: (name, count) => skipWait(name, kind, count),
    pairs: PAIRS,
    prepare: (contender, count) => waitTrial(contender, kind, count, active(count)),
  };
}
