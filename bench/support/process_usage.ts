import { existsSync, readFileSync, readdirSync } from "node:fs";

/** What threads have used. */
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

/** What each thread of a process has used so far, by its number. */
export type ThreadUsages = ReadonlyMap<string, ThreadUsage>;

/** What each thread of a process has used so far. */
export function threadUsage(pid: number): ThreadUsages {
  const tasks = `/proc/${pid}/task`;
  return new Map(
    readdirSync(tasks).flatMap((task) => {
      const usage = usageIn(`${tasks}/${task}`);
      return usage ? [[task, usage]] : [];
    }),
  );
}

/** @returns `undefined` if the thread has just ended */
function usageIn(task: string): ThreadUsage | undefined {
  try {
    // utime and stime in /proc/PID/stat have a resolution of 10 ms, this one of nanoseconds.
    const [cpuNs = 0, queuedNs = 0] = readFileSync(`${task}/schedstat`, "utf8")
      .split(" ")
      .map(Number);
    const status = readFileSync(`${task}/status`, "latin1");
    const sleeps = Number(/^voluntary_ctxt_switches:\s+(\d+)$/m.exec(status)?.[1]);
    const preemptions = Number(/^nonvoluntary_ctxt_switches:\s+(\d+)$/m.exec(status)?.[1]);
    return { cpuNs, queuedNs, sleeps, preemptions };
  } catch (error) {
    if (existsSync(task)) throw error;
    return undefined;
  }
}

/** What was used since an earlier reading. A thread that has ended since counts for nothing, not for less. */
export function usedSince(before: ThreadUsages, now: ThreadUsages): ThreadUsage {
  return sumOf(
    [...now].map(([task, usage]) => {
      const earlier = before.get(task) ?? NOTHING;
      return {
        cpuNs: usage.cpuNs - earlier.cpuNs,
        queuedNs: usage.queuedNs - earlier.queuedNs,
        sleeps: usage.sleeps - earlier.sleeps,
        preemptions: usage.preemptions - earlier.preemptions,
      };
    }),
  );
}

const NOTHING: ThreadUsage = { cpuNs: 0, queuedNs: 0, sleeps: 0, preemptions: 0 };

/**
 * The process that does the work of a command: itself, or the one that it has started. npm installs some programs as
 * a script that starts them and waits.
 */
export function workingProcess(pid: number): number {
  const [child, ...others] = childrenOf(pid);
  return child === undefined || others.length > 0 ? pid : workingProcess(child);
}

/** The processes that a process has started; none if the kernel does not tell them (CONFIG_PROC_CHILDREN). */
function childrenOf(pid: number): number[] {
  const file = `/proc/${pid}/task/${pid}/children`;
  return existsSync(file) ? (readFileSync(file, "latin1").match(/\d+/g) ?? []).map(Number) : [];
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
