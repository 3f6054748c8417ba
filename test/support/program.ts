import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { toolEnvironment } from "../sys/support.ts";

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A child process that is talked to in lines, and killed when it is no longer needed. */
export class Program implements AsyncDisposable {
  readonly ended: Promise<Ended>;
  readonly #child: ChildProcessWithoutNullStreams;
  #stdout = "";
  #stderr = "";
  #read = 0;
  #over: Ended | null = null;
  #onOutput: (() => void) | null = null;

  constructor(command: string, args: readonly string[]) {
    // Wrappers of Node.js pass a sanitizer's library on. Python does not start with ThreadSanitizer's.
    const env = /\bpython3$/.test(command) ? toolEnvironment() : process.env;
    this.#child = spawn(command, args, { stdio: "pipe", env });
    this.#child.stdout.setEncoding("utf8").on("data", (text: string) => {
      this.#stdout += text;
      this.#onOutput?.();
    });
    this.#child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#stderr += text;
      this.#onOutput?.();
    });
    this.#child.stdin.on("error", () => null); // it has ended, which `ended` tells
    this.#child.on("error", (error) => {
      this.#stderr += error.message; // it could not be started; "close" follows
    });
    this.ended = new Promise((resolve) => {
      this.#child.on("close", (code, signal) => {
        this.#over = { code, signal, stdout: this.#stdout, stderr: this.#stderr };
        this.#onOutput?.();
        resolve(this.#over);
      });
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** What it has written to its error output so far. */
  get errors(): string {
    return this.#stderr;
  }

  /** The next line of its output that was not read yet. */
  async nextLine(): Promise<string> {
    for (;;) {
      const end = this.#stdout.indexOf("\n", this.#read);
      if (end !== -1) {
        const line = this.#stdout.slice(this.#read, end);
        this.#read = end + 1;
        return line;
      }
      if (this.#over) throw new Error(`ended without a line: ${JSON.stringify(this.#over)}`);
      await new Promise<void>((resolve) => {
        this.#onOutput = resolve;
      });
    }
  }

  /** Waits until its error output has something that matches. */
  async nextError(wanted: RegExp): Promise<void> {
    while (!wanted.test(this.#stderr)) {
      if (this.#over) throw new Error(`ended without it: ${JSON.stringify(this.#over)}`);
      await new Promise<void>((resolve) => {
        this.#onOutput = resolve;
      });
    }
  }

  say(line: string): void {
    this.#child.stdin.write(`${line}\n`);
  }

  /** Closes its input. */
  end(): void {
    this.#child.stdin.end();
  }

  /** Closes our end of its output: what it writes from now on is EPIPE. */
  closeOutput(): void {
    this.#child.stdout.destroy();
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.ended;
  }
}

/** Runs a program to its end. */
export async function run(command: string, ...args: readonly string[]): Promise<Ended> {
  await using program = new Program(command, args);
  return await program.ended;
}

/** As {@link run}, for a script of bash: what it wrote, or an error with all that is known. */
export async function shell(script: string): Promise<string> {
  const ended = await run("bash", "-o", "pipefail", "-c", script);
  if (ended.code !== 0) throw new Error(`${script}: ${JSON.stringify(ended)}`);
  return ended.stdout;
}
