import { readFileSync } from "node:fs";
import { release } from "node:os";

// Facts about the machine that do not need the addon.

/** A limit of this process or of the system, as the kernel writes it. */
export interface Limit {
  readonly name: string;
  readonly value: string;
}

// The limits of the number of sockets and of their memory.
const SETTINGS = [
  "fs.file-max",
  "fs.nr_open",
  "fs.epoll.max_user_watches",
  "fs.inotify.max_user_instances",
  "fs.inotify.max_user_watches",
  "fs.pipe-max-size",
  "net.core.optmem_max",
  "net.core.rmem_max",
  "net.core.somaxconn",
  "net.core.wmem_max",
  "net.ipv4.ip_local_port_range",
  "net.ipv4.tcp_max_syn_backlog",
  "net.ipv4.tcp_rmem",
  "net.ipv4.tcp_wmem",
  "net.unix.max_dgram_qlen",
];

/** The versions of the runtime, C library and kernel. */
export function runtime(): Record<string, string> {
  const { node, napi = "none", bun, deno } = process.versions;
  const name = bun ? `bun ${bun}` : deno ? `deno ${deno}` : `node ${node}`;
  return {
    runtime: `${name}, Node-API ${napi}`,
    system: `${process.platform} ${process.arch}, kernel ${release()}`,
    libc: libcVersion(),
  };
}

/** The C library with its version, which takes the runtime some time to find out. */
function libcVersion(): string {
  const { report } = process as { report?: NodeJS.ProcessReport };
  if (typeof report?.getReport !== "function") return "unknown";
  const { header } = report.getReport() as { header?: { glibcVersionRuntime?: string } };
  return header?.glibcVersionRuntime === undefined
    ? "not glibc"
    : `glibc ${header.glibcVersionRuntime}`;
}

/** The limits of this process and of the system that /proc shows. */
export function limits(): Limit[] {
  const [, soft = "unknown", hard = "unknown"] =
    /^Max open files\s+(\S+)\s+(\S+)/m.exec(contentOf("/proc/self/limits") ?? "") ?? [];
  const settings = SETTINGS.map((name) => ({ name, value: setting(name) ?? "unknown" }));
  return [{ name: "RLIMIT_NOFILE", value: `${soft}, at most ${hard}` }, ...settings];
}

/** A value of sysctl(8), its numbers separated by blanks; `undefined` if this kernel has no such setting. */
export function setting(name: string): string | undefined {
  return contentOf(`/proc/sys/${name.replaceAll(".", "/")}`)
    ?.trim()
    .replaceAll(/\s+/g, " ");
}

function contentOf(path: string): string | undefined {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return undefined;
  }
}
