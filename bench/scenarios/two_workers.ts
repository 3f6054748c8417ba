import type { Scenario } from "pollux/bench";
import { groupTrial, skipGroup } from "../support/group_trial.ts";
import { buildPrograms } from "../support/programs.ts";
import { SERVER_METRICS } from "../support/server_metrics.ts";
import { roundTrips } from "../support/server_trial.ts";

const { cpu, rate, sleeps, p50, p90, p99, p999 } = SERVER_METRICS;

const GROUPS = {
  "c-one": { language: "c", share: "reuseport", workers: 1 },
  "c-two": { language: "c", share: "reuseport", workers: 2 },
  one: { language: "pollux", share: "reuseport", workers: 1 },
  two: { language: "pollux", share: "reuseport", workers: 2 },
} as const;

export const scenario: Scenario<keyof typeof GROUPS, number> = {
  name: "two_workers",
  question: "Do two workers make an echo server faster, and what does each message cost then?",
  sweep: { name: "connections", values: [10, 100, 1_000], quick: [100] },
  contenders: ["c-one", "c-two", "one", "two"],
  titles: {
    ...{ "c-one": "C with 1 worker", "c-two": "C with 2 workers" },
    ...{ one: "pollux with 1 worker", two: "pollux with 2 workers" },
  },
  metrics: [
    ...[cpu, rate],
    { ...sleeps, title: "sleeps of the workers per message" },
    {
      name: "spread",
      unit: "× average",
      better: "lower",
      title: "processor time of the busiest worker",
    },
    ...[p50, p90, p99, p999],
  ],
  baseline: { "c-two": "c-one", two: "one", one: "c-one" },
  goals: [{ contender: "two", versus: "one", value: 100, metric: "cpu", atMost: 1 }],
  pairs: [
    { contender: "two", versus: "one", trait: "which has two workers" },
    { contender: "c-two", versus: "c-one", trait: "which has two workers" },
  ],
  method:
    "Each connection sends its next message when the previous one has come back. Workers are processes that each " +
    "have a listener at the same address (SO_REUSEPORT). They and the load share two processors. The kernel chooses a " +
    "worker for each connection by a hash, so that one of them can have more to do: the busiest worker has 1.00× the " +
    "processor time of the average one if the work is spread evenly.",
  setup: buildPrograms,
  skip: () => skipGroup("together"),
  prepare: (contender, connections) =>
    groupTrial(
      GROUPS[contender],
      roundTrips(connections, connections, 64, { spins: false }),
      "together",
    ),
};
