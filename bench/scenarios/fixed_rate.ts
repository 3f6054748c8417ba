import type { Scenario } from "pollux/bench";
import type { ContenderName } from "../contenders/index.ts";
import { rateTrial } from "../support/rate_trial.ts";
import { OF_SERVERS } from "../support/of_servers.ts";
import { BESIDE_C_EPOLL, SERVER_METRICS } from "../support/server_metrics.ts";
import { skipServer } from "../support/server_trial.ts";

const { cpu, sleeps, p50, p90, p99, p999 } = SERVER_METRICS;

const CONNECTIONS = 100;

export const scenario: Scenario<ContenderName, number> = {
  name: "fixed_rate",
  question: "How long do messages wait for their echo when a server is busy to 30, 60 or 90 %?",
  sweep: { name: "% of the server's capacity", values: [30, 60, 90], quick: [60] },
  ...OF_SERVERS,
  metrics: [
    ...[p50, p99, p999, p90, cpu, sleeps],
    { name: "rate", unit: "messages/s", better: "higher", title: "messages due per second" },
  ],
  baseline: BESIDE_C_EPOLL,
  logX: false,
  method:
    "An open loop: messages of 64 bytes are due at a fixed rate, whether earlier ones have come back or not, and the " +
    "latency of each counts from when it was due (so coordinated omission is corrected). The rate is a share of what " +
    `the same server echoed right before on the same ${String(CONNECTIONS)} connections, as fast as it could: a ` +
    "faster server has a higher rate to cope with. The load never sleeps.",
  skip: (contender) => skipServer(contender, CONNECTIONS),
  prepare: (contender, percent) =>
    rateTrial(contender, { connections: CONNECTIONS, size: 64, share: percent / 100 }),
};
