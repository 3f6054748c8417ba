import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";

let reason: string | undefined | null = null;

/** The reason why the calls of another process cannot be counted; `undefined` if they can. */
export function whyNoStrace(): string | undefined {
  if (reason === null) reason = findReason();
  return reason;
}

function findReason(): string | undefined {
  const { error, status } = spawnSync("strace", ["-o", "/dev/null", "true"], { stdio: "ignore" });
  if (error) return "strace is not installed";
  if (status !== 0) return "strace is not allowed here";
  if (process.getuid?.() === 0) return undefined;
  return ptraceScope() > 0 ? "strace may not attach: kernel.yama.ptrace_scope is not 0" : undefined;
}

function ptraceScope(): number {
  try {
    return Number(readFileSync("/proc/sys/kernel/yama/ptrace_scope", "utf8"));
  } catch {
    return 0; // a kernel without Yama
  }
}

/**
 * How often all threads of a process make each system call while `work` runs, by the name of the call.
 *
 * @throws Error strace could not attach
 */
export async function callsDuring(
  pid: number,
  work: () => Promise<unknown>,
): Promise<Map<string, number>> {
  const directory = mkdtempSync(join(tmpdir(), "pollux-strace-"));
  const table = join(directory, "calls");
  try {
    const strace = spawn("strace", ["-f", "-c", "-o", table, "-p", String(pid)], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    const ended = once(strace, "close");
    try {
      await attached(strace.stderr);
      await work();
    } finally {
      strace.kill("SIGINT");
      await ended;
    }
    return countsIn(readFileSync(table, "utf8"));
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Goes on to read afterwards: strace tells of each new thread as well, and would end if nobody could hear it. */
async function attached(messages: Readable): Promise<void> {
  let told = "";
  await new Promise<void>((resolve, reject) => {
    messages.on("data", (chunk: Buffer) => {
      told += chunk.toString();
      if (told.includes(" attached")) resolve();
    });
    messages.once("end", () => {
      reject(new Error(`strace could not attach: ${told.trim()}`));
    });
  });
}

/** The counts of the table of `strace -c`: share, seconds, µs per call, calls, perhaps errors, and the name. */
export function countsIn(table: string): Map<string, number> {
  const rows = table.matchAll(/^ *[\d.]+ +[\d.]+ +\d+ +(\d+) +(?:\d+ +)?(\w+)$/gm);
  const counts = new Map([...rows].map(([, calls, name]) => [name!, Number(calls)] as const));
  counts.delete("total");
  return counts;
}
