import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toolEnvironment } from "../sys/support.ts";
import { withoutStrace } from "./strace.ts";

/** The system calls that wait; which of them there are depends on the machine. */
const WAITS = "?select,pselect6,?poll,ppoll,?epoll_wait,epoll_pwait,epoll_pwait2";
export const WAIT_CALLS: readonly string[] = WAITS.replaceAll("?", "").split(",");

const TIMEOUT = /\{tv_sec=\d+, tv_nsec=\d+\}|epoll_p?wait\(.*, [1-9]\d*(, NULL, 8)?\)/;

/** One system call of the program that is traced. */
export interface TracedCall {
  readonly name: string;
  readonly atMs: number;
  readonly injected: boolean;
  /** Whether it waits, and for some time only. */
  readonly hasTimeout: boolean;
}

/** strace, attached to the main thread of a program: its system calls fail until it is detached. */
export class Injection implements AsyncDisposable {
  readonly #directory: string;
  readonly #strace: ReturnType<typeof spawn>;
  readonly #ended: Promise<unknown>;

  private constructor(pid: number, faults: readonly string[]) {
    this.#directory = mkdtempSync(join(tmpdir(), "pollux-strace-"));
    const calls = faults.map((fault) => fault.slice(0, fault.indexOf(":")));
    const args = [
      ...["-ttt", "-o", this.#file, "-p", String(pid)],
      ...["-e", `trace=${[...calls, WAITS].join(",")}`],
      ...faults.flatMap((fault) => ["-e", `inject=${fault}`]),
    ];
    this.#strace = spawn("strace", args, {
      stdio: ["ignore", "ignore", "pipe"],
      env: toolEnvironment(),
    });
    this.#ended = once(this.#strace, "close");
  }

  /**
   * @param faults - as `strace -e inject=` takes them: "recvfrom:error=ENOMEM:when=1"
   * @throws where the system does not let it trace a process that is no child
   */
  static async attach(pid: number, ...faults: string[]): Promise<Injection> {
    const injection = new Injection(pid, faults);
    const first = once(injection.#strace.stderr!, "data");
    const [said] = (await Promise.race([first, injection.#ended])) as [unknown];
    if (String(said).includes("attached")) return injection;
    await injection[Symbol.asyncDispose]();
    throw new Error(`strace: ${String(said)}`);
  }

  /** What it has seen so far. */
  get calls(): TracedCall[] {
    const lines = readFileSync(this.#file, "latin1").split("\n");
    return lines.flatMap((line) => {
      const [, seconds, name] = /^([\d.]+) (\w+)\(/.exec(line) ?? [];
      if (seconds === undefined || name === undefined) return [];
      const injected = line.includes("(INJECTED)");
      return { name, atMs: Number(seconds) * 1000, injected, hasTimeout: TIMEOUT.test(line) };
    });
  }

  async detach(): Promise<TracedCall[]> {
    this.#strace.kill("SIGINT");
    await this.#ended;
    return this.calls;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#strace.kill("SIGINT");
    await this.#ended;
    rmSync(this.#directory, { recursive: true, force: true });
  }

  get #file(): string {
    return join(this.#directory, "trace");
  }
}

/** Why nothing can be attached to a process that is no child; `undefined` where it can. */
export async function whyNotAttachable(pid: number): Promise<string | undefined> {
  if (withoutStrace !== undefined) return withoutStrace;
  try {
    await using injection = await Injection.attach(pid, "getppid:error=EPERM");
    await injection.detach();
    return undefined;
  } catch {
    return "needs the permission to trace a process that is no child";
  }
}
