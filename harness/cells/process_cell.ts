import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { CellRunner, Taken } from "./cell_runner.ts";
import type { CellReply, CellRequest } from "./messages.ts";
import type { SweepValue } from "../scenario/scenario.ts";
import { pinned, placementOf } from "../machine/cores.ts";

const ENTRY = fileURLToPath(new URL("./cell_child.js", import.meta.url));
const MAX_STDERR = 2000;
const GRACE_MS = 1000;

/** A cell in a process of its own, pinned to the processor for what is measured. */
export class ProcessCell implements CellRunner {
  readonly #module: string;
  readonly #contender: string;
  readonly #value: SweepValue;
  #child: ChildProcess | null = null;
  #stderr = "";

  constructor(module: string, contender: string, value: SweepValue) {
    this.#module = module;
    this.#contender = contender;
    this.#value = value;
  }

  async prepare(): Promise<void> {
    const placement = placementOf();
    const [command, ...args] = pinned([process.execPath, ENTRY], placement?.measured);
    const pin = placement ? `${String(placement.load)},${String(placement.measured)}` : "no";
    this.#child = spawn(command!, args, {
      // A group of its own: Ctrl-C reaches only the parent, which keeps what was measured.
      detached: true,
      // The last pipe closes when this process ends: see parent_watch.ts.
      stdio: ["ignore", "ignore", "pipe", "ipc", "pipe"],
      env: { ...process.env, NODE_OPTIONS: nodeOptions(), POLLUX_BENCH_PIN: pin },
    });
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-MAX_STDERR);
    });
    await this.#ask({
      request: "prepare",
      module: this.#module,
      contender: this.#contender,
      value: this.#value,
    });
  }

  async calibrate(sampleMs: number): Promise<number> {
    const reply = await this.#ask({ request: "calibrate", sampleMs });
    return reply.reply === "calibrated" ? reply.times : 0;
  }

  async sample(): Promise<Taken> {
    const reply = await this.#ask({ request: "sample" });
    if (reply.reply !== "taken") throw new Error(`unexpected reply ${reply.reply}`);
    return reply.taken;
  }

  async teardown(): Promise<void> {
    const child = this.#child;
    if (!child?.connected) return;
    try {
      await this.#ask({ request: "teardown" });
    } finally {
      const exited = once(child, "exit");
      if (child.connected) child.disconnect();
      // Until then it is ours to kill.
      if (!hasEnded(child)) await exited;
      this.#child = null;
    }
  }

  /** Kills the process without asking it: it may spin or wait for ever. */
  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child?.pid === undefined || hasEnded(child)) return;
    const exited = once(child, "exit");
    child.kill("SIGKILL");
    await exited;
  }

  #ask(request: CellRequest): Promise<CellReply> {
    const child = this.#child;
    if (!child) return Promise.reject(new Error("The cell must be prepared first"));
    if (hasEnded(child)) return Promise.reject(this.#endedBy(child.exitCode, child.signalCode));
    return new Promise((resolve, reject) => {
      const unsubscribe = (): void => {
        child.off("message", onMessage).off("exit", onExit).off("error", onError);
      };
      const onMessage = (reply: CellReply): void => {
        unsubscribe();
        if (reply.reply === "failed") reject(new Error(this.#explain(reply.message)));
        else resolve(reply);
      };
      const onExit = (code: number | null, signal: string | null): void => {
        unsubscribe();
        void stderrRead(child).then(() => reject(this.#endedBy(code, signal)));
      };
      const onError = (error: Error): void => {
        // The message to a process that ends could not be sent; its exit says why.
        if (child.pid !== undefined) return;
        unsubscribe();
        reject(error);
      };
      child.on("message", onMessage).on("exit", onExit).on("error", onError);
      child.send(request);
    });
  }

  #endedBy(code: number | null, signal: string | null): Error {
    return new Error(this.#explain(`the process of the cell ended with ${String(signal ?? code)}`));
  }

  #explain(message: string): string {
    const lines = this.#stderr.trim().split("\n");
    // Tables show one line: the one with the error comes first.
    const first = lines.find((line) => /^\w*Error\b/.test(line)) ?? lines[0] ?? "";
    return first === "" ? message : [`${message}: ${first}`, ...lines].join("\n");
  }
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

/** Waits for the rest of stderr, but not for long: a program left behind may keep the pipe open. */
async function stderrRead({ stderr }: ChildProcess): Promise<void> {
  if (!stderr || stderr.closed) return;
  await Promise.race([once(stderr, "close"), delay(GRACE_MS, undefined, { ref: false })]);
}

/** NODE_OPTIONS for a program that is a file: node refuses that together with `--input-type`. */
function nodeOptions(): string | undefined {
  return process.env["NODE_OPTIONS"]?.replace(/(^|\s)--input-type[=\s]\s*\S+/g, "$1");
}
