import type { Scenario } from "pollux/bench";
import { type ContenderName, SERVERS, TITLES } from "../contenders/index.ts";
import { buildPrograms } from "../support/programs.ts";
import { BESIDE_C_EPOLL, SERVER_METRICS } from "../support/server_metrics.ts";
import { roundTrips, serverTrial, skipServer } from "../support/server_trial.ts";

const QUIET = 10;
const { rate, p50, p90, p99, p999 } = SERVER_METRICS;

export const scenario: Scenario<ContenderName, number> = {
  name: "flood",
  question: "How long do ten quiet connections wait for their echo beside N flooding ones?",
  sweep: { name: "flooding connections", values: [0, 1, 4], quick: [1] },
  contenders: SERVERS,
  titles: TITLES,
  metrics: [p50, p90, p99, p999, rate],
  baseline: BESIDE_C_EPOLL,
  logX: false,
  method:
    "The flooding connections send blocks of 16 KiB without pause, from threads that share a processor " +
    "with the load generator of the quiet ones. All numbers are about the quiet connections. The highest " +
    "percentiles include the time that the generator itself waits for its processor.",
  setup: buildPrograms,
  skip: skipServer,
  prepare: (contender, floods) => serverTrial(contender, roundTrips(QUIET, QUIET, 64, { floods })),
};
