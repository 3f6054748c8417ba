import { existsSync } from "node:fs";
import { join } from "node:path";
import { buildDirectory, makeIn } from "./build_directory.ts";
import { versionOf } from "./tools.ts";

const FAILED = "POLLUX_BENCH_NO_PROGRAMS";

const NEEDED = "needs make, a C compiler and the headers of libc";

const PROGRAMS = [
  "echo_server",
  "wait_cost",
  "calls",
  "load",
  "fixed_rate",
  "churn",
  "http_load",
  "datagrams",
  "herd",
] as const;

/** The name of a program of bench/c, or of the echo server of bench/contenders/c. */
export type Program = (typeof PROGRAMS)[number];

/** The path of a program of bench/c, built by {@link buildPrograms} in {@link buildDirectory}. */
export function program(name: Program): string {
  return join(buildDirectory(), name);
}

/** The command with a second thread, because Node.js has several: see bench/c/common.h. */
export function threaded(command: readonly string[]): string[] {
  return ["env", "POLLUX_BENCH_THREADS=1", ...command];
}

/**
 * Builds bench/c with make and cc. If these are missing, programs that were built earlier are used; if
 * there are none, {@link whyNoPrograms} tells.
 *
 * @throws Error the programs do not compile
 */
export function buildPrograms(): void {
  if (process.env[FAILED] !== undefined) return;
  try {
    makeIn("bench/c");
  } catch (error) {
    const reason = whyNoCompiler(error);
    // A program that does not compile is an error, not a reason to skip cells.
    if (reason === undefined) throw error;
    if (!areBuilt()) process.env[FAILED] = reason;
  }
}

/** The reason why the programs cannot be used; `undefined` if they can. */
export function whyNoPrograms(): string | undefined {
  const failed = process.env[FAILED];
  if (failed !== undefined) return failed;
  return areBuilt() ? undefined : "the C programs of the suite are not built";
}

/** The version of the C compiler; `undefined` if there is none. */
export function compilerVersion(): string | undefined {
  const version = versionOf("cc", "-dumpfullversion", "-dumpversion");
  return version === undefined ? undefined : `cc ${version}`;
}

/** The reason why no C program can be built; `undefined` if one can, or if all are there already. */
export function whyNoC(): string | undefined {
  const canBuild = compilerVersion() !== undefined && versionOf("make", "--version") !== undefined;
  return canBuild || areBuilt() ? undefined : NEEDED;
}

function areBuilt(): boolean {
  return PROGRAMS.every((name) => existsSync(program(name)));
}

function whyNoCompiler(error: unknown): string | undefined {
  const { code, stderr } = error as { code?: string; stderr?: Buffer };
  const missing = code === "ENOENT" || /not found|No such file/.test(stderr?.toString() ?? "");
  return missing ? NEEDED : undefined;
}
