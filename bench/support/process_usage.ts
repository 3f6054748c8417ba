import { readFileSync, readdirSync } from "node:fs";

/** What all threads of a process have used so far. */
export interface ThreadUsage {
  /** Processor time, in nanoseconds, as the scheduler counts it. */
  readonly cpuNs: number;
  /** How long they could have run but waited for a processor, in nanoseconds. */
  readonly queuedNs: number;
  /** Voluntary context switches: how often one of them was put to sleep because there was nothing to do. */
  readonly sleeps: number;
  /** Involuntary context switches: how often one of them lost its processor to another thread. */
  readonly preemptions: number;
}

/** What all threads of a process have used so far. A thread that has ended does not count. */
export function threadUsage(pid: number): ThreadUsage {
  const tasks = `/proc/${pid}/task`;
  let [cpuNs, queuedNs, sleeps, preemptions] = [0, 0, 0, 0];
  for (const task of readdirSync(tasks)) {
    // utime and stime in /proc/PID/stat have a resolution of 10 ms, this one of nanoseconds.
    const [cpu, queued] = readFileSync(`${tasks}/${task}/schedstat`, "utf8").split(" ").map(Number);
    const status = readFileSync(`${tasks}/${task}/status`, "latin1");
    cpuNs += cpu!;
    queuedNs += queued!;
    sleeps += Number(/^voluntary_ctxt_switches:\s+(\d+)$/m.exec(status)?.[1]);
    preemptions += Number(/^nonvoluntary_ctxt_switches:\s+(\d+)$/m.exec(status)?.[1]);
  }
  return { cpuNs, queuedNs, sleeps, preemptions };
}

/** What was used since an earlier reading. */
export function usedSince(before: ThreadUsage, now: ThreadUsage): ThreadUsage {
  return {
    cpuNs: now.cpuNs - before.cpuNs,
    queuedNs: now.queuedNs - before.queuedNs,
    sleeps: now.sleeps - before.sleeps,
    preemptions: now.preemptions - before.preemptions,
  };
}

/** The sum of what several processes used. */
export function sumOf(usages: readonly ThreadUsage[]): ThreadUsage {
  const sum = (pick: (usage: ThreadUsage) => number): number =>
    usages.reduce((total, usage) => total + pick(usage), 0);
  return {
    cpuNs: sum(({ cpuNs }) => cpuNs),
    queuedNs: sum(({ queuedNs }) => queuedNs),
    sleeps: sum(({ sleeps }) => sleeps),
    preemptions: sum(({ preemptions }) => preemptions),
  };
}

/** The anonymous resident memory of a process, in bytes: without files and shared memory. */
export function residentBytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/^RssAnon:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}

/** How many descriptors a process may open: the hard limit, which Node.js raises the soft one to. */
export function descriptorLimit(): number {
  const limits = readFileSync("/proc/self/limits", "utf8");
  const hard = /^Max open files\s+\S+\s+(\S+)/m.exec(limits)?.[1];
  return hard === "unlimited" ? Infinity : Number(hard);
}

// Descriptors that a process has open anyway.
const OTHERS = 64;

/** The reason why a process cannot open so many descriptors; `undefined` if it can. */
export function tooManyDescriptors(count: number): string | undefined {
  const limit = descriptorLimit();
  const needed = count + OTHERS;
  if (needed <= limit) return undefined;
  return `needs ${needed.toLocaleString("en-US")} descriptors, but a process may open ${limit.toLocaleString("en-US")}`;
}
