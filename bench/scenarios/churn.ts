import type { Scenario } from "pollux/bench";
import type { ContenderName } from "../contenders/index.ts";
import { BESIDE_C_EPOLL, SERVER_METRICS } from "../support/server_metrics.ts";
import { serverTrial } from "../support/server_trial.ts";
import { OF_SERVERS } from "../support/of_servers.ts";

const { cpu, rate, user, system, p50, p90, p99, p999 } = SERVER_METRICS;

const VALUES = [1, 10, 100];
// Node compiles the code of a connection step by step, until it has served about 5,000.
const WARM_UP = 6000;

export const scenario: Scenario<ContenderName, number> = {
  name: "churn",
  question:
    "How many short connections does a server accept per second, and what does each cost: accept, echo, close?",
  sweep: { name: "connections at a time", values: VALUES, quick: [10] },
  ...OF_SERVERS,
  metrics: [
    { ...cpu, title: "processor time per connection" },
    { ...rate, unit: "connections/s", title: "connections per second" },
    { ...user, title: "user time per connection" },
    { ...system, title: "system time per connection" },
    { ...p50, title: "time from connect to echo of the middle connection" },
    { ...p90, title: "time from connect to echo of 9 in 10 connections" },
    { ...p99, title: "time from connect to echo of 99 in 100 connections" },
    { ...p999, title: "time from connect to echo of 999 in 1,000 connections" },
  ],
  baseline: BESIDE_C_EPOLL,
  goals: [
    ...VALUES.map((value) => {
      return { contender: "epoll", versus: "c-epoll", value, metric: "cpu", atMost: 1 / 0.85 };
    }),
    ...VALUES.map((value) => {
      return { contender: "pollux-net", versus: "node-net", value, metric: "rate", atMost: 1 };
    }),
  ],
  method: `A connection sends 64 bytes, and is closed when they have come back. The load sleeps between events. Each server has served ${String(WARM_UP)} connections before the first sample.`,
  prepare: (contender, active) =>
    serverTrial(contender, { program: "churn", args: [active], active, warmUp: WARM_UP }),
};
