import type { Scenario } from "pollux/bench";
import type { ContenderName } from "../contenders/index.ts";
import {
  BESIDE_C_EPOLL,
  EDGE_PAIRS,
  SERVER_METRICS,
  echoGoals,
} from "../support/server_metrics.ts";
import { roundTrips, serverTrial, skipServer } from "../support/server_trial.ts";
import { OF_SERVERS } from "../support/of_servers.ts";

const CONNECTIONS = 100;
const { cpu, rate, user, system, p50, p90, p99, p999 } = SERVER_METRICS;

export const scenario: Scenario<ContenderName, number> = {
  name: "echo_sizes",
  question: "What does an echo cost on 100 connections, as messages grow from 64 B to 64 KiB?",
  sweep: { name: "bytes per message", values: [64, 1_024, 4_096, 16_384, 65_536], quick: [16_384] },
  ...OF_SERVERS,
  metrics: [cpu, rate, user, system, p50, p90, p99, p999],
  baseline: BESIDE_C_EPOLL,
  goals: echoGoals(16_384),
  pairs: EDGE_PAIRS,
  method: "Each connection sends its next message when all of the previous one has come back.",
  skip: (contender) => skipServer(contender, CONNECTIONS),
  prepare: (contender, size) => serverTrial(contender, roundTrips(CONNECTIONS, CONNECTIONS, size)),
};
