import { spawnSync } from "node:child_process";

/** Why strace cannot be used here; `undefined` where it can. */
export const withoutStrace: string | undefined =
  spawnSync("strace", ["-qq", "-o", "/dev/null", "true"]).status === 0
    ? undefined
    : "needs strace and the permission to trace (ptrace)";

/**
 * The beginning of a command line whose program sees system calls fail. The program is the process
 * that is started; strace watches it from aside.
 *
 * @param faults - as `strace -e inject=` takes them: "accept4:error=EMFILE:when=2+3"
 */
export function faulty(...faults: string[]): string[] {
  const calls = faults.map((fault) => fault.slice(0, fault.indexOf(":"))).join(",");
  const inject = faults.flatMap((fault) => ["-e", `inject=${fault}`]);
  const quiet = ["-D", "-f", "--seccomp-bpf", "-qq", "-o", "/dev/null"];
  return ["strace", ...quiet, "-e", `trace=${calls}`, ...inject];
}
