import type { Scenario } from "pollux/bench";
import type { ContenderName } from "../contenders/index.ts";
import { BESIDE_C_EPOLL, SERVER_METRICS } from "../support/server_metrics.ts";
import { roundTrips, serverTrial } from "../support/server_trial.ts";
import { OF_SERVERS } from "../support/of_servers.ts";

const QUIET = 10;
const { rate, p50, p90, p99, p999 } = SERVER_METRICS;

export const scenario: Scenario<ContenderName, number> = {
  name: "flood",
  question: "How long do ten quiet connections wait for their echo beside N flooding ones?",
  sweep: { name: "flooding connections", values: [0, 1, 4], quick: [1] },
  ...OF_SERVERS,
  metrics: [p50, p90, p99, p999, rate],
  baseline: BESIDE_C_EPOLL,
  logX: false,
  method:
    "The flooding connections send blocks of 16 KiB without pause, from threads that share a processor " +
    "with the load generator of the quiet ones, which sleeps beside them. All numbers are about the quiet " +
    "connections. The highest percentiles include the time that the generator itself waits for its processor.",
  prepare: (contender, floods) => serverTrial(contender, roundTrips(QUIET, QUIET, 64, { floods })),
};
