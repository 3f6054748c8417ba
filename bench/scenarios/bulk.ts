import type { Metric, Scenario, Trial } from "pollux/bench";
import type { ContenderName } from "../contenders/index.ts";
import { OF_SERVERS } from "../support/of_servers.ts";
import { BESIDE_C_EPOLL, SERVER_METRICS } from "../support/server_metrics.ts";
import { roundTrips, serverTrial } from "../support/server_trial.ts";

const MESSAGE_BYTES = 65_536;
const PER_MIB = 2 ** 20 / MESSAGE_BYTES;

const { cpu, user, system } = SERVER_METRICS;
const SPEED: Metric = { name: "rate", unit: "MiB/s", better: "higher", title: "MiB per second" };

export const scenario: Scenario<ContenderName, number> = {
  name: "bulk",
  question: "How many MiB per second does a server echo, and what does each MiB cost?",
  sweep: { name: "connections", values: [1, 10, 100], quick: [10] },
  ...OF_SERVERS,
  metrics: [
    SPEED,
    { ...cpu, title: "processor time per MiB" },
    { ...user, title: "user time per MiB" },
    { ...system, title: "system time per MiB" },
  ],
  baseline: BESIDE_C_EPOLL,
  method:
    "Each connection sends its next message of 64 KiB when all of the previous one has come back. A MiB counts once, " +
    "although it is received and sent.",
  prepare: async (contender, connections) =>
    perMib(await serverTrial(contender, roundTrips(connections, connections, MESSAGE_BYTES))),
};

/** The trial, with what it costs for each MiB instead of each message. */
function perMib(trial: Trial): Trial {
  return {
    ...trial,
    async run(times) {
      const sample = await trial.run(times);
      if (!sample) throw new Error("the trial of a server has measured nothing");
      const scaled = Object.entries(sample).map(([name, value]) => {
        if (typeof value !== "number") return [name, value];
        if (name === SPEED.name) return [name, value / PER_MIB];
        return [
          name,
          [cpu, user, system].some((one) => one.name === name) ? value * PER_MIB : value,
        ];
      });
      return Object.fromEntries(scaled) as typeof sample;
    },
  };
}
