import { readFileSync, readdirSync } from "node:fs";

/** The processor time of all threads of a process so far, in nanoseconds, as the scheduler counts it. */
export function cpuTimeNs(pid: number): number {
  const tasks = `/proc/${pid}/task`;
  return readdirSync(tasks).reduce((sum, task) => {
    // utime and stime in /proc/PID/stat have a resolution of 10 ms, this one of nanoseconds.
    return sum + Number(readFileSync(`${tasks}/${task}/schedstat`, "utf8").split(" ")[0]);
  }, 0);
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
