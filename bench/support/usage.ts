import { readFileSync, readdirSync } from "node:fs";

/** Processor time of all threads of a process so far, in nanoseconds. */
export function cpuTimeNs(pid: number): number {
  const tasks = `/proc/${pid}/task`;
  return readdirSync(tasks).reduce((sum, task) => {
    // utime and stime count in hundredths of a second, this one in nanoseconds.
    return sum + Number(readFileSync(`${tasks}/${task}/schedstat`, "utf8").split(" ")[0]);
  }, 0);
}

/** Memory of a process that is in use, in bytes, without what it shares with others. */
export function residentBytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/^RssAnon:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}

/** How many descriptors a process may open. */
export function descriptorLimit(): number {
  const limits = readFileSync("/proc/self/limits", "utf8");
  const hard = /^Max open files\s+\S+\s+(\S+)/m.exec(limits)?.[1];
  return hard === "unlimited" ? Infinity : Number(hard);
}

// What a process has open anyway.
const OTHERS = 64;

/** Why a process cannot open so many. */
export function tooManyDescriptors(count: number): string | undefined {
  const limit = descriptorLimit();
  const needed = count + OTHERS;
  if (needed <= limit) return undefined;
  return `needs ${needed.toLocaleString("en-US")} descriptors, the limit of a process is ${limit.toLocaleString("en-US")}`;
}
