import type { Scenario } from "pollux/bench";
import { SERVERS, TITLES } from "../contenders/index.ts";
import type { ContenderName } from "../contenders/contender.ts";
import {
  C_EPOLL,
  SERVER_METRICS,
  roundTrips,
  serverTrial,
  skipServer,
} from "../support/server_trial.ts";
import { buildPrograms } from "../support/programs.ts";

const QUIET = 10;
const { rate, p50, p90, p99, p999 } = SERVER_METRICS;

export const scenario: Scenario<ContenderName, number> = {
  name: "flood",
  question: "How long do ten quiet connections wait for their echo beside N flooding ones?",
  sweep: { name: "flooding connections", values: [0, 1, 4], quick: [1] },
  contenders: SERVERS,
  titles: TITLES,
  metrics: [p50, p90, p99, p999, rate],
  baseline: C_EPOLL,
  logX: false,
  method:
    "The flooding connections send 16 KiB after 16 KiB without pause, from threads that share a " +
    "processor with the quiet ones' load generator. Figures are those of the quiet ones. The highest " +
    "percentiles hold the time that the generator itself waits for its processor.",
  setup: buildPrograms,
  skip: skipServer,
  prepare: (contender, floods) => serverTrial(contender, roundTrips(QUIET, QUIET, 64, floods)),
};
