import type { ThreadUsage } from "./process_usage.ts";

/**
 * What a server and its load are in while a sample is taken. `busy`: most messages find both of them at work. `woken`:
 * most find one asleep. Whoever sends to a sleeper pays for waking it, and the sleeper for going to sleep and for cold
 * caches.
 */
export type Regime = "busy" | "woken";

/**
 * Fewer sleeps than this for each message, of server and load together, are `busy`. With one connection nearly each
 * message wakes the server (0.6 to 1 sleeps), and costs half as much again. With 10 or more a fast server sleeps now and
 * then (up to 0.48), which costs next to nothing: of the C server's samples in docs/benchmarks those with 0.05 to 0.48
 * sleeps are within the spread of those with none.
 */
export const MAX_BUSY_SLEEPS = 0.5;

/** The regime of a sample of so many messages. */
export function regimeOf(times: number, ...used: readonly ThreadUsage[]): Regime {
  const sleeps = used.reduce((sum, usage) => sum + usage.sleeps, 0);
  return sleeps < MAX_BUSY_SLEEPS * times ? "busy" : "woken";
}

/** The context switches of a server and of its load, for each message: what every sample of a server records. */
export function switchesOf(times: number, server: ThreadUsage, load: ThreadUsage) {
  return {
    sleeps: server.sleeps / times,
    preemptions: server.preemptions / times,
    loadSleeps: load.sleeps / times,
    loadPreemptions: load.preemptions / times,
  };
}

/**
 * How much of the time the machine had for server and load: the share in which the busiest of them had a processor, or
 * in which neither waited for one, whichever is more. Both may sleep for most of the time without being starved.
 *
 * @param spins - whether the load is always busy, which says nothing about the server then
 */
export function shareOf(
  elapsedNs: number,
  server: ThreadUsage,
  load: ThreadUsage,
  spins: boolean,
): number {
  const busiest = Math.max(server.cpuNs, spins ? 0 : load.cpuNs);
  const queued = server.queuedNs + load.queuedNs;
  return Math.max(busiest, elapsedNs - queued) / elapsedNs;
}
