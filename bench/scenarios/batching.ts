import type { Scenario } from "pollux/bench";
import { fromSuite } from "../support/paths.ts";
import { buildPrograms, program, whyNoPrograms } from "../support/programs.ts";
import { SERVER_METRICS } from "../support/server_metrics.ts";
import { commandTrial, roundTrips } from "../support/server_trial.ts";

const { cpu, rate, user, system, p50, p90, p99, p999 } = SERVER_METRICS;

const CONNECTIONS = 100;

export const scenario: Scenario<"c" | "sys", number> = {
  name: "batching",
  question: "What does it save to take many events from each wait instead of one?",
  sweep: { name: "events per wait, at most", values: [1, 4, 16, 64, 1_024], quick: [1, 1_024] },
  contenders: ["c", "sys"],
  titles: { c: "C epoll", sys: "pollux sys" },
  metrics: [cpu, rate, user, system, p50, p90, p99, p999],
  baseline: { sys: "c" },
  method:
    `Servers that are a loop of epoll_wait, recv and send echo 64 bytes on ${String(CONNECTIONS)} connections, each ` +
    "with one message under way. With one event per wait, each message costs a call of epoll_wait.",
  setup: buildPrograms,
  skip: whyNoPrograms,
  prepare(contender, events) {
    const command =
      contender === "c"
        ? [program("echo_server"), "epoll"]
        : [process.execPath, fromSuite("servers/batching.js")];
    const load = roundTrips(CONNECTIONS, CONNECTIONS, 64);
    return commandTrial([...command, String(events)], load);
  },
};
