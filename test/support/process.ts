import { readFileSync } from "node:fs";

// proc(5): times are counted in USER_HZ, which is 100 on every architecture that Node.js runs on.
const MS_PER_TICK = 10;
const UTIME = 14;
const STIME = 15;

/** Milliseconds of CPU time that all threads of a process have used. */
export function cpuTimeMs(pid: number): number {
  const stat = readFileSync(`/proc/${String(pid)}/stat`, "latin1");
  // The name in parentheses, field 2, may contain blanks.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[UTIME - 3]) + Number(fields[STIME - 3])) * MS_PER_TICK;
}

/** Memory that a process has resident, in bytes. */
export function residentBytes(pid: number): number {
  const [, kibibytes] = /^VmRSS:\s+(\d+) kB$/m.exec(
    readFileSync(`/proc/${String(pid)}/status`, "latin1"),
  ) ?? ["", "NaN"];
  return Number(kibibytes) * 1024;
}

/** The hard limit on this process's descriptors, which servers and clients raise theirs to. */
export function hardDescriptorLimit(): number {
  const limits = readFileSync("/proc/self/limits", "latin1");
  const [, hard = "0"] = /^Max open files\s+\S+\s+(\S+)/m.exec(limits) ?? [];
  return hard === "unlimited" ? Infinity : Number(hard);
}
