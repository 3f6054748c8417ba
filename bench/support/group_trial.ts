import { Latencies, type Trial, placementOf } from "pollux/bench";
import { CoProcess } from "./co_process.ts";
import { fromSuite } from "./paths.ts";
import { regimeOf, switchesOf } from "./regime.ts";
import { type ThreadUsage, sumOf, threadUsage, usedSince } from "./process_usage.ts";
import { program, whyNoPrograms } from "./programs.ts";
import type { Load } from "./server_trial.ts";

/** An echo server of several processes: in C, or a Supervisor with its workers. */
export interface Group {
  readonly language: "c" | "pollux";
  readonly share: "shared" | "exclusive" | "reuseport" | "mutex" | "accept";
  readonly workers: number;
}

/**
 * Where the group and the load run. `apart`: the group on one processor, the load on another. `together`: all on the
 * same two processors.
 */
export type Placing = "apart" | "together";

/** The reason why no group can be put under load; `undefined` if one can. */
export function skipGroup(placing: Placing): string | undefined {
  if (placing === "together" && !placementOf()) return "needs two processors and taskset";
  return whyNoPrograms();
}

/** An echo server of several processes, and a load generator. */
export async function groupTrial(group: Group, load: Load, placing: Placing): Promise<Trial> {
  const [forGroup, forLoad] = processors(placing);
  const server = new CoProcess([...forGroup, ...commandOf(group)]);
  // With a Supervisor, the first process is the supervisor's own.
  const [port = "", ...pids] = (await server.line()).split(" ");
  const command = [program(load.program), port, ...load.args.map(String)];
  const client = new CoProcess([...forLoad, ...command]);
  await client.line();
  if (load.warmUp !== undefined) await client.run(load.warmUp, true);
  let messages = 0;
  return {
    minTimes: 4 * load.active,
    async run(times) {
      const read = () => [...pids, client.pid].map((pid) => threadUsage(Number(pid)));
      const before = read();
      const { elapsed, latencies } = await client.run(times, true);
      const used = read().map((now, index) => usedSince(before[index]!, now));
      const loadUsed = used.pop()!;
      const all = sumOf(used);
      const histogram = new Latencies();
      for (const latency of latencies) histogram.record(latency);
      const { count, p50, p90, p99, p999 } = histogram.percentiles();
      messages += count;
      // While nobody has the lock, all wait, which is not starving.
      const waits = group.share === "mutex";
      const [cpu, loadCpu] = [all.cpuNs, loadUsed.cpuNs];
      const shares = placing === "apart" ? Math.max(cpu, loadCpu) : (cpu + loadCpu) / 2;
      return {
        ...{ cpu: cpu / times, rate: (times / elapsed) * 1e9, p50, p90, p99, p999 },
        ...switchesOf(times, all, loadUsed),
        spread: spreadOf(group.language === "c" ? used : used.slice(1)),
        ...{ elapsed, busy: waits ? 1 : shares / elapsed, measured: count },
        regime: regimeOf(times, all, loadUsed),
      };
    },
    async teardown() {
      await client.end();
      await server.end();
      if (messages === 0) throw new Error("no message came back");
    },
  };
}

/** How unevenly the work is spread: the processor time of the busiest worker per that of the average one. 1 is even. */
function spreadOf(workers: readonly ThreadUsage[]): number {
  const times = workers.map(({ cpuNs }) => cpuNs);
  return (Math.max(...times) * times.length) / times.reduce((sum, time) => sum + time, 0);
}

function commandOf({ language, share, workers }: Group): string[] {
  const args = [share, String(workers)];
  if (language === "c") return [program("herd"), ...args];
  return [process.execPath, fromSuite("servers/supervised.js"), ...args];
}

/** @returns what precedes the command of the group, and that of the load */
function processors(placing: Placing): [string[], string[]] {
  const placement = placementOf();
  if (!placement) return [[], []];
  const { measured, load } = placement;
  const on = (...cores: number[]): string[] => ["taskset", "-c", cores.join()];
  return placing === "apart" ? [on(measured), on(load)] : [on(load, measured), on(load, measured)];
}
