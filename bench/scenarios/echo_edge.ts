import type { Scenario } from "pollux/bench";
import { type ContenderName, FAMILIES, TITLES, versionOfContender } from "../contenders/index.ts";
import { buildPrograms } from "../support/programs.ts";
import { EDGE_PAIRS, SERVER_METRICS } from "../support/server_metrics.ts";
import { roundTrips, serverTrial, skipServer } from "../support/server_trial.ts";

const { cpu, rate, user, system, p50, p90, p99, p999 } = SERVER_METRICS;
const VALUES = [10, 100];

export const scenario: Scenario<ContenderName, number> = {
  name: "echo_edge",
  question: "What does edge-triggering cost in an echo of 64 bytes, and what in C?",
  sweep: { name: "connections", values: VALUES, quick: [10] },
  contenders: ["c-epoll", "epoll", "c-epoll-et", "epoll-et"],
  titles: TITLES,
  families: FAMILIES,
  versionOf: versionOfContender,
  metrics: [cpu, rate, user, system, p50, p90, p99, p999],
  baseline: { epoll: "c-epoll", "c-epoll-et": "c-epoll", "epoll-et": "c-epoll-et" },
  goals: VALUES.flatMap((value) => {
    const about = { contender: "epoll-et", value, metric: "cpu" };
    return [
      { ...about, versus: "c-epoll-et", atMost: 1 / 0.97 },
      { ...about, versus: "epoll", atMost: 1.03 },
    ];
  }),
  pairs: EDGE_PAIRS,
  method:
    "Each connection sends its next message when the previous one has come back. User and system time are " +
    "told apart by the clock ticks of the kernel: samples of a second or more make them comparable.",
  setup: buildPrograms,
  skip: skipServer,
  prepare: (contender, connections) =>
    serverTrial(contender, roundTrips(connections, connections, 64)),
};
