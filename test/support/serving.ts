import { fileURLToPath } from "node:url";
import type { EchoTotals } from "../../lib/servers/echo_server.ts";
import { type Ended, Program } from "./program.ts";

export const POLLUX = fileURLToPath(new URL("../../dist/lib/cli/main.js", import.meta.url));

/** The four servers of the notes, as arguments of `pollux serve`. */
export const SERVERS = [
  ["select", ["--multiplexer", "select"]],
  ["poll", ["--multiplexer", "poll"]],
  ["epoll", ["--multiplexer", "epoll"]],
  ["epoll --edge", ["--multiplexer", "epoll", "--edge"]],
] as const satisfies readonly (readonly [string, readonly string[]])[];

export interface Stopped extends Ended {
  readonly totals: EchoTotals;
}

/** `pollux serve --json` in a process of its own. */
export class Serving implements AsyncDisposable {
  readonly program: Program;
  readonly port: number;

  private constructor(program: Program, port: number) {
    this.program = program;
    this.port = port;
  }

  /** @param wrapper - a program and its arguments that the server is run by: prlimit, strace */
  static async start(args: readonly string[], wrapper: readonly string[] = []): Promise<Serving> {
    const serve = [process.execPath, POLLUX, "serve", "--json", "--port", "0", ...args];
    const [command = "", ...rest] = [...wrapper, ...serve];
    const program = new Program(command, rest);
    try {
      const { event, port } = JSON.parse(await program.nextLine()) as Record<string, unknown>;
      if (event !== "listening" || typeof port !== "number") throw new Error("does not listen");
      return new Serving(program, port);
    } catch (error) {
      await program[Symbol.asyncDispose]();
      throw error;
    }
  }

  get pid(): number {
    return this.program.pid;
  }

  /** Stops it in order, and returns what it has said at its end. */
  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<Stopped> {
    this.program.kill(signal);
    return await this.stopped();
  }

  async stopped(): Promise<Stopped> {
    const ended = await this.program.ended;
    const last = ended.stdout.trimEnd().split("\n").at(-1) ?? "";
    const {
      event,
      multiplexer: _,
      ...totals
    } = JSON.parse(last) as EchoTotals & {
      event: string;
      multiplexer: string;
    };
    if (event !== "stopped") throw new Error(`no totals: ${JSON.stringify(ended)}`);
    return { ...ended, totals };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.program[Symbol.asyncDispose]();
  }
}
