import { Latencies, type Trial, placementOf } from "pollux/bench";
import { type ContenderName, contenderOf } from "../contenders/index.ts";
import { checkServer } from "./building.ts";
import { type Answer, CoProcess } from "./co_process.ts";
import { threadUsage, tooManyDescriptors, usedSince } from "./process_usage.ts";
import { program, whyNoPrograms } from "./programs.ts";
import { regimeOf, shareOf, switchesOf } from "./regime.ts";
import { startServer } from "./start_server.ts";

/** A load generator of bench/c. */
export interface Load {
  readonly program: "load" | "churn" | "http_load";
  /** Its arguments after the port. */
  readonly args: readonly number[];
  /** How many messages are under way at a time. */
  readonly active: number;
  /** Whether it asks for events in a loop, and never sleeps. */
  readonly spins?: boolean;
  /** Whether it has threads that sleep on their own account, so that its sleeps tell no regime. */
  readonly threads?: boolean;
  /** How many messages the server handles before the first sample. Default: as many as the calibration needs. */
  readonly warmUp?: number;
}

/**
 * The load of bench/c/load.c: `active` of the connections exchange messages of `size` bytes, beside `floods`.
 *
 * It spins where it has a processor of its own. A load that sleeps does so more often the slower the server is: at 100
 * connections, 75 times in 1,000 messages with pollux, 3 times with C. The slower server then also pays for waking
 * it, and is seldom in the same regime as C.
 */
export function roundTrips(
  connections: number,
  active: number,
  size: number,
  options: { readonly floods?: number; readonly spins?: boolean } = {},
): Load {
  const { floods = 0 } = options;
  const { spins = floods === 0 } = options;
  const args = [connections, active, size, floods, Number(spins)];
  return { program: "load", args, active, spins, threads: floods > 0 };
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

/** The trial of a contender's echo server. */
export function serverTrial(name: ContenderName, load: Load): Promise<Trial> {
  return commandTrial(contenderOf(name).server(), load);
}

/**
 * A server on one processor, and a load generator on another.
 *
 * @param command - of the server, which talks as {@link Contender.server} does
 */
export async function commandTrial(command: readonly string[], load: Load): Promise<Trial> {
  const { program: server, pid, port } = await startServer(command);
  const client = new CoProcess(
    [program(load.program), port, ...load.args.map(String)],
    placementOf()?.load,
  );
  let messages = 0;
  await client.line();
  if (load.warmUp !== undefined) await client.run(load.warmUp, true);
  return {
    // With fewer, not all connections would have had a message under way.
    minTimes: 4 * load.active,
    async run(times) {
      const before = await server.usage();
      const [serverBefore, loadBefore] = [threadUsage(pid), threadUsage(client.pid)];
      const answer = await client.run(times, true);
      checkNeglected(answer, times / load.active);
      const { elapsed, latencies } = answer;
      const used = usedSince(serverBefore, threadUsage(pid));
      const loadUsed = usedSince(loadBefore, threadUsage(client.pid));
      const after = await server.usage();
      const histogram = new Latencies();
      for (const latency of latencies) histogram.record(latency);
      const { count, p50, p90, p99, p999 } = histogram.percentiles();
      messages += count;
      return {
        cpu: used.cpuNs / times,
        user: (after.user - before.user) / times,
        system: (after.system - before.system) / times,
        rate: (times / elapsed) * 1e9,
        ...{ p50, p90, p99, p999, elapsed, measured: count },
        ...switchesOf(times, used, loadUsed),
        busy: shareOf(elapsed, used, loadUsed, load.spins ?? false),
        ...(!load.threads && { regime: regimeOf(times, used, loadUsed) }),
      };
    },
    async teardown() {
      await client.end();
      await server.end();
      if (messages === 0) throw new Error("no message came back");
    },
  };
}

// The smallest share of the messages that a fair server would give to each connection.
const MIN_SHARE = 0.1;
// With fewer messages for each connection, it matters too much whose turn it was: in samples of 60 ms with 64 KiB a
// message, Deno gives one of ten connections 3 of 40, and in longer samples as many as the others.
const MIN_FAIR = 100;

/**
 * A server may look fast because it neglects a connection.
 *
 * @param fair - how many messages each connection gets from a fair server. Few say nothing
 * @throws Error the least served connection has had less than a tenth of that
 */
function checkNeglected({ least, most }: Answer, fair: number): void {
  if (least === undefined || fair < MIN_FAIR || least >= MIN_SHARE * fair) return;
  throw new Error(
    `a connection was neglected: it had ${String(least)} messages, ` +
      `the most served one ${String(most)}; ${String(Math.round(fair))} would be fair`,
  );
}
