import type { Scenario } from "pollux/bench";
import { BUILT_IN_SERVERS, type ContenderName, SERVERS } from "../contenders/index.ts";
import {
  BESIDE_C_EPOLL,
  EDGE_PAIRS,
  SERVER_METRICS,
  echoGoals,
} from "../support/server_metrics.ts";
import { roundTrips, serverTrial } from "../support/server_trial.ts";
import { OF_SERVERS } from "../support/of_servers.ts";

const { cpu, rate, user, system, sleeps, p50, p90, p99, p999 } = SERVER_METRICS;

export const scenario: Scenario<ContenderName, number> = {
  name: "echo_connections",
  question:
    "What does an echo of 64 bytes cost, with a message under way on each of N connections?",
  sweep: { name: "connections", values: [1, 10, 100, 1_000, 5_000], quick: [100] },
  ...OF_SERVERS,
  contenders: [...SERVERS, "c-epoll-mt"],
  defaultContenders: [...BUILT_IN_SERVERS, "c-epoll-mt"],
  metrics: [cpu, rate, user, system, sleeps, p50, p90, p99, p999],
  baseline: BESIDE_C_EPOLL,
  goals: [
    ...[10, 100, 1_000].flatMap(echoGoals),
    ...[100, 1_000].map((value) => {
      return { contender: "epoll", versus: "node-net", value, metric: "rate", atMost: 1 / 1.9 };
    }),
    ...[100, 1_000].map((value) => {
      return { contender: "pollux-net", versus: "node-net", value, metric: "rate", atMost: 1 };
    }),
  ],
  pairs: EDGE_PAIRS,
  method: "Each connection sends its next message when the previous one has come back.",
  prepare: (contender, connections) =>
    serverTrial(contender, roundTrips(connections, connections, 64)),
};
