import type { Scenario } from "pollux/bench";
import { BUILT_IN_SERVERS, type ContenderName, SERVERS } from "../contenders/index.ts";
import { BESIDE_C_EPOLL, EDGE_PAIRS, SERVER_METRICS } from "../support/server_metrics.ts";
import { roundTrips, serverTrial } from "../support/server_trial.ts";
import { OWN_C } from "../support/waits.ts";
import { OF_SERVERS } from "../support/of_servers.ts";

const ACTIVE = 10;
const { cpu, rate, user, system, p50, p90, p99, p999 } = SERVER_METRICS;

export const scenario: Scenario<ContenderName, number> = {
  name: "few_active",
  question: "What do N connections cost if only ten of them are active?",
  sweep: { name: "connections, ten active", values: [10, 100, 1_000, 10_000], quick: [100] },
  ...OF_SERVERS,
  contenders: [...SERVERS, "c-select-mt", "c-poll-mt"],
  defaultContenders: [...BUILT_IN_SERVERS, "c-select-mt", "c-poll-mt"],
  metrics: [rate, cpu, user, system, p50, p90, p99, p999],
  baseline: { ...BESIDE_C_EPOLL, select: OWN_C.select, poll: OWN_C.poll },
  goals: [1_000, 10_000].flatMap((value) =>
    (["select", "poll"] as const).map((contender) => {
      return { contender, versus: OWN_C[contender], value, metric: "rate", atMost: 1 / 0.95 };
    }),
  ),
  pairs: EDGE_PAIRS,
  method:
    "Messages have 64 bytes. The active connections are spread evenly, the last one among them.",
  prepare: (contender, connections) => serverTrial(contender, roundTrips(connections, ACTIVE, 64)),
};
