import { Latencies, type Trial, placementOf } from "pollux/bench";
import { type ContenderName, contenderOf } from "../contenders/index.ts";
import { checkServer } from "./building.ts";
import { CoProcess } from "./co_process.ts";
import { cpuTimeNs, tooManyDescriptors } from "./process_usage.ts";
import { program, whyNoPrograms } from "./programs.ts";

// With fewer messages under way, server and load wait for each other, which is not starving.
const BUSY_FROM = 10;

/** A load generator of bench/c. */
export interface Load {
  readonly program: "load" | "churn" | "http_load";
  /** Its arguments after the port. */
  readonly args: readonly number[];
  /** How many messages are under way at a time. */
  readonly active: number;
  /** How many messages the server handles before the first sample. Default: as many as the calibration needs. */
  readonly warmUp?: number;
}

/** The load of bench/c/load.c: `active` of the connections exchange messages of `size` bytes, beside `floods`. */
export function roundTrips(connections: number, active: number, size: number, floods = 0): Load {
  return { program: "load", args: [connections, active, size, floods], active };
}

/**
 * The reason why a server cannot be put under load; `undefined` if it can.
 *
 * @throws Error it could not be built
 */
export function skipServer(name: ContenderName, connections: number): string | undefined {
  const reason =
    whyNoPrograms() ?? contenderOf(name).missing?.() ?? tooManyDescriptors(connections);
  if (reason === undefined) checkServer(name);
  return reason;
}

/**
 * A contender's server on one processor, and a load generator on another.
 *
 * @param command - of the server. Default: that of the echo server
 */
export async function serverTrial(
  name: ContenderName,
  load: Load,
  command = contenderOf(name).server(),
): Promise<Trial> {
  const placement = placementOf();
  const server = new CoProcess(command, placement?.measured);
  const port = await server.line();
  const client = new CoProcess(
    [program(load.program), port, ...load.args.map(String)],
    placement?.load,
  );
  let messages = 0;
  await client.line();
  if (load.warmUp !== undefined) await client.run(load.warmUp, true);
  return {
    // With fewer, not all connections would have had a message under way.
    minTimes: 4 * load.active,
    async run(times) {
      const before = await server.usage();
      const cpuBefore = cpuTimeNs(server.pid);
      const { elapsed, cpu: loadCpu, latencies } = await client.run(times, true);
      const cpu = cpuTimeNs(server.pid) - cpuBefore;
      const after = await server.usage();
      const histogram = new Latencies();
      for (const latency of latencies) histogram.record(latency);
      const { count, p50, p90, p99, p999 } = histogram.percentiles();
      messages += count;
      const busy = load.active < BUSY_FROM ? 1 : Math.max(cpu, loadCpu) / elapsed;
      return {
        cpu: cpu / times,
        user: (after.user - before.user) / times,
        system: (after.system - before.system) / times,
        rate: (times / elapsed) * 1e9,
        ...{ p50, p90, p99, p999, elapsed, busy, measured: count },
      };
    },
    async teardown() {
      await client.end();
      await server.end();
      if (messages === 0) throw new Error("no message came back");
    },
  };
}
