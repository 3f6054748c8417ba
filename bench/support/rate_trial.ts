import { Latencies, type Trial, placementOf } from "pollux/bench";
import { type ContenderName, contenderOf } from "../contenders/index.ts";
import { CoProcess } from "./co_process.ts";
import { threadUsage, usedSince } from "./process_usage.ts";
import { program } from "./programs.ts";
import { shareOf, switchesOf } from "./regime.ts";
import { startServer } from "./start_server.ts";

// Node compiles the code of a message step by step.
const WARM_UP = 10_000;
// The capacity is the best of so many runs: disturbances can only make it smaller.
const CAPACITY_RUNS = 3;
const CAPACITY_RUN_NS = 1e8;

/**
 * A contender's server under an open loop: messages are due at a fixed rate, a share of what the same server did as
 * fast as it could right before. Its samples have no regime: how often it sleeps at a rate is a part of the answer.
 *
 * @param share - of the capacity, from 0 to 1
 */
export async function rateTrial(
  name: ContenderName,
  { connections, size, share }: { connections: number; size: number; share: number },
): Promise<Trial> {
  const { program: server, pid, port } = await startServer(contenderOf(name).server());
  const connect = async (load: "load" | "fixed_rate", ...args: number[]): Promise<CoProcess> => {
    const command = [program(load), port, ...args.map(String)];
    const client = new CoProcess(command, placementOf()?.load);
    await client.line();
    return client;
  };
  let client: CoProcess | undefined;
  let intervalNs = 0;
  let messages = 0;
  return {
    minTimes: 4 * connections,
    async run(times) {
      // Not while other cells are prepared, which happens at the same time.
      if (!client) {
        const closed = await connect("load", connections, connections, size, 0, 1);
        intervalNs = (await capacityNs(closed)) / share;
        await closed.end();
        client = await connect("fixed_rate", connections, size);
      }
      const [serverBefore, loadBefore] = [threadUsage(pid), threadUsage(client.pid)];
      const { elapsed, latencies } = await client.run(times, true, intervalNs);
      const used = usedSince(serverBefore, threadUsage(pid));
      const loadUsed = usedSince(loadBefore, threadUsage(client.pid));
      const histogram = new Latencies();
      for (const latency of latencies) histogram.record(latency);
      const { count, p50, p90, p99, p999 } = histogram.percentiles();
      messages += count;
      return {
        ...{ p50, p90, p99, p999, elapsed, measured: count },
        ...{ cpu: used.cpuNs / times, rate: 1e9 / intervalNs },
        ...switchesOf(times, used, loadUsed),
        busy: shareOf(elapsed, used, loadUsed, true),
      };
    },
    async teardown() {
      await client?.end();
      await server.end();
      if (messages === 0) throw new Error("no message came back");
    },
  };
}

/** The time of a message, in nanoseconds, when each connection sends the next as soon as the last has come back. */
async function capacityNs(closed: CoProcess): Promise<number> {
  const { elapsed: warm } = await closed.run(WARM_UP, true);
  const times = Math.ceil((WARM_UP * CAPACITY_RUN_NS) / warm);
  let best = Infinity;
  for (let run = 0; run < CAPACITY_RUNS; run++) {
    const { elapsed } = await closed.run(times, true);
    best = Math.min(best, elapsed / times);
  }
  return best;
}
