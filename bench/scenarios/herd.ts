import type { Scenario } from "pollux/bench";
import { type Group, groupTrial, skipGroup } from "../support/group_trial.ts";
import { buildPrograms } from "../support/programs.ts";
import { SERVER_METRICS } from "../support/server_metrics.ts";

const { cpu, rate, p50, p90, p99, p999 } = SERVER_METRICS;

const VALUES = [1, 2, 6];
const CONNECTIONS = 10; // at a time
// Node compiles the code of a connection step by step. Few workers see enough of them while the length of the samples
// is found.
const FEW = { workers: 2, warmUp: 1000 };
const WARM_UP = 3000; // for each, if there are more

const SHARES = ["shared", "exclusive", "reuseport", "mutex"] as const;

type Name = `${"c-" | ""}${(typeof SHARES)[number]}` | "accept";

export const scenario: Scenario<Name, number> = {
  name: "herd",
  question: "What does a short connection cost with N workers, by how they share the listener?",
  sweep: { name: "workers", values: VALUES, quick: [2] },
  contenders: [...SHARES.flatMap((share) => [`c-${share}` as const, share]), "accept"],
  titles: {
    ...{ "c-shared": "C shared", shared: "pollux shared" },
    ...{ "c-exclusive": "C exclusive", exclusive: "pollux exclusive" },
    ...{ "c-reuseport": "C reuseport", reuseport: "pollux reuseport" },
    ...{ "c-mutex": "C mutex", mutex: "pollux mutex", accept: "pollux accept" },
  },
  metrics: [
    { ...cpu, title: "processor time per connection, of all workers" },
    { ...rate, unit: "connections/s", title: "connections per second" },
    { ...p50, title: "time from connect to echo of the middle connection" },
    { ...p90, title: "time from connect to echo of 9 in 10 connections" },
    { ...p99, title: "time from connect to echo of 99 in 100 connections" },
    { ...p999, title: "time from connect to echo of 999 in 1,000 connections" },
  ],
  baseline: {
    ...{ shared: "c-shared", exclusive: "c-exclusive", reuseport: "c-reuseport", mutex: "c-mutex" },
    ...{ "c-exclusive": "c-shared", "c-reuseport": "c-shared", "c-mutex": "c-shared" },
    accept: "reuseport",
  },
  pairs: [
    { contender: "exclusive", versus: "shared", trait: "which has EPOLLEXCLUSIVE" },
    { contender: "reuseport", versus: "shared", trait: "which has a listener for each worker" },
  ],
  method:
    `${String(CONNECTIONS)} connections at a time are accepted, echo 64 bytes, and are closed. Workers are ` +
    "processes, all on one processor, with the load on another. That of pollux's supervisor counts as well; with " +
    "accept it accepts, and passes each connection to a worker.",
  setup: buildPrograms,
  skip: () => skipGroup("apart"),
  prepare(contender, workers) {
    const group = groupOf(contender, workers);
    const warmUp = workers > FEW.workers ? WARM_UP * workers : FEW.warmUp;
    const load = { program: "churn", args: [CONNECTIONS], active: CONNECTIONS, warmUp } as const;
    return groupTrial(group, load, "apart");
  },
};

function groupOf(contender: Name, workers: number): Group {
  const share = contender.replace(/^c-/, "") as Group["share"];
  return { language: share === contender ? "pollux" : "c", share, workers };
}
