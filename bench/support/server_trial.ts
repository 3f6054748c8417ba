import { Latencies, type Metric, type Pair, type Trial, placementOf } from "pollux/bench";
import { contenderOf } from "../contenders/index.ts";
import type { ContenderName } from "../contenders/contender.ts";
import { CoProcess } from "./co_process.ts";
import { program, whyNoPrograms } from "./programs.ts";
import { cpuTimeNs, tooManyDescriptors } from "./usage.ts";

/** Of scenarios with a server under load. */
export const SERVER_METRICS = {
  cpu: { name: "cpu", unit: "ns", better: "lower", title: "processor time per message" },
  rate: { name: "rate", unit: "messages/s", better: "higher", title: "messages per second" },
  p50: latency("p50", 50, "latency of the middle round trip"),
  p90: latency("p90", 90, "latency of 9 in 10 round trips"),
  p99: latency("p99", 99, "latency of 99 in 100 round trips"),
  p999: latency("p999", 99.9, "latency of 999 in 1,000 round trips"),
} as const satisfies Record<string, Metric>;

function latency(name: string, percentile: number, title: string): Metric {
  return { name, unit: "µs", better: "lower", title, percentile };
}

/** All that is served by a pollux multiplexer or node:net is held against the C epoll server. */
export const C_EPOLL: Readonly<Partial<Record<ContenderName, ContenderName>>> = {
  "c-select": "c-epoll",
  "c-poll": "c-epoll",
  "c-epoll-et": "c-epoll",
  "c-epoll-mt": "c-epoll",
  select: "c-epoll",
  poll: "c-epoll",
  epoll: "c-epoll",
  "epoll-et": "c-epoll",
  "epoll-loop": "c-epoll",
  "node-net": "c-epoll",
  bun: "c-epoll",
  "npm-epoll": "c-epoll",
};

/** Edge- beside level-triggered. */
export const EDGE_PAIRS: readonly Pair<ContenderName>[] = [
  {
    contender: "epoll-et",
    versus: "epoll",
    trait: "which reads each connection until EAGAIN, and none in batches",
  },
  {
    contender: "c-epoll-et",
    versus: "c-epoll",
    trait: "which reads each connection until EAGAIN",
  },
];

// With fewer messages under way each side waits for the other one.
const BUSY_FROM = 10;

export interface Load {
  readonly program: "load" | "churn";
  readonly args: readonly number[];
  /** How many messages are under way at a time. */
  readonly active: number;
}

/** The load of bench/c/load.c. */
export function roundTrips(connections: number, active: number, size: number, floods = 0): Load {
  return { program: "load", args: [connections, active, size, floods], active };
}

/** Why a server cannot be put under load. */
export function skipServer(name: ContenderName, connections: number): string | undefined {
  return whyNoPrograms() ?? contenderOf(name).missing?.() ?? tooManyDescriptors(connections);
}

/** A contender's echo server on one processor, a load generator on another. */
export async function serverTrial(name: ContenderName, load: Load): Promise<Trial> {
  const placement = placementOf();
  const server = new CoProcess(contenderOf(name).server(), placement?.measured);
  const port = await server.line();
  const client = new CoProcess(
    [program(load.program), port, ...load.args.map(String)],
    placement?.load,
  );
  let messages = 0;
  await client.line();
  return {
    // Otherwise not all connections would have had a message under way.
    leastTimes: 4 * load.active,
    async run(times) {
      const before = cpuTimeNs(server.pid);
      const { elapsed, cpu, latencies } = await client.run(times, true);
      const used = cpuTimeNs(server.pid) - before;
      const histogram = new Latencies();
      for (const latency of latencies) histogram.record(latency);
      const { count, p50, p90, p99, p999 } = histogram.percentiles();
      messages += count;
      const busy = load.active < BUSY_FROM ? 1 : Math.max(used, cpu) / elapsed;
      const costs = { cpu: used / times, rate: (times / elapsed) * 1e9, elapsed, busy };
      return { ...costs, p50, p90, p99, p999, measured: count };
    },
    async teardown() {
      await client.end();
      await server.end();
      if (messages === 0) throw new Error("no message came back");
    },
  };
}
