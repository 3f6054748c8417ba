import type { Scenario } from "pollux/bench";
import {
  type ContenderName,
  contenderOf,
  FAMILIES,
  TITLES,
  versionOfContender,
} from "../contenders/index.ts";
import { buildPrograms } from "../support/programs.ts";
import { SERVER_METRICS } from "../support/server_metrics.ts";
import { commandTrial, skipServer } from "../support/server_trial.ts";

const { cpu, rate, user, system, p50, p90, p99, p999 } = SERVER_METRICS;

const VALUES = [1, 10, 100, 1_000];

export const scenario: Scenario<ContenderName, number> = {
  name: "http",
  question:
    "What does node:http cost over pollux/net, beside node:net: a request on each of N connections?",
  sweep: { name: "connections", values: VALUES, quick: [100] },
  contenders: ["node-net", "pollux-net"],
  titles: TITLES,
  families: FAMILIES,
  versionOf: versionOfContender,
  metrics: [
    { ...cpu, title: "processor time per request" },
    { ...rate, unit: "requests/s", title: "requests per second" },
    { ...user, title: "user time per request" },
    { ...system, title: "system time per request" },
    ...[p50, p90, p99, p999],
  ],
  baseline: { "pollux-net": "node-net" },
  goals: [100, 1_000].map((value) => {
    return { contender: "pollux-net", versus: "node-net", value, metric: "rate", atMost: 1 / 0.9 };
  }),
  method:
    "Each connection stays open, and asks again when its answer of 13 bytes has come. The load sleeps between events.",
  setup: buildPrograms,
  skip: skipServer,
  prepare(contender, connections) {
    const server = contenderOf(contender);
    const load = { program: "http_load", args: [connections], active: connections } as const;
    return commandTrial(server.httpServer ?? server.server(), load);
  },
};
