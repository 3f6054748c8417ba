import type { Scenario } from "pollux/bench";
import { SERVERS, TITLES } from "../contenders/index.ts";
import type { ContenderName } from "../contenders/contender.ts";
import { C_EPOLL, SERVER_METRICS, serverTrial, skipServer } from "../support/server_trial.ts";
import { buildPrograms } from "../support/programs.ts";

const { cpu, rate, p50, p90, p99, p999 } = SERVER_METRICS;

export const scenario: Scenario<ContenderName, number> = {
  name: "churn",
  question: "What does a short connection cost: accept, echo 64 bytes, close?",
  sweep: { name: "connections at a time", values: [1, 10, 100], quick: [10] },
  contenders: SERVERS,
  titles: TITLES,
  metrics: [
    { ...cpu, title: "processor time per connection" },
    { ...rate, unit: "connections/s", title: "connections per second" },
    { ...p50, title: "time from connect to echo of the middle connection" },
    { ...p90, title: "time from connect to echo of 9 in 10 connections" },
    { ...p99, title: "time from connect to echo of 99 in 100 connections" },
    { ...p999, title: "time from connect to echo of 999 in 1,000 connections" },
  ],
  baseline: C_EPOLL,
  setup: buildPrograms,
  skip: skipServer,
  prepare: (contender, active) =>
    serverTrial(contender, { program: "churn", args: [active], active }),
};
