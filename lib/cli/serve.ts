import { type Command, InvalidArgumentError, Option } from "commander";
import type { MultiplexerName } from "../multiplexer/create.ts";
import type { TransformName } from "../servers/transform.ts";
import { helpMore } from "./help.ts";
import { UsageError } from "./report.ts";

/** What `pollux serve` was asked for. */
export interface ServeOptions {
  readonly multiplexer: MultiplexerName | "all";
  readonly edge: boolean;
  readonly host: string;
  readonly port: number;
  readonly transform: TransformName;
  readonly capacity?: number;
  readonly json: boolean;
}

const MAX_PORT = 65535;

// Types keep both lists complete. They are repeated here so that the help works without the addon.
const MULTIPLEXERS = names<MultiplexerName>({ select: true, poll: true, epoll: true });
const TRANSFORMS = names<TransformName>({ none: true, upper: true });

export function addServe(program: Command): void {
  const command = program
    .command("serve")
    .description("run echo servers until SIGINT or SIGTERM")
    .addOption(
      new Option("-m, --multiplexer <name>", "what the server waits with")
        .choices([...MULTIPLEXERS, "all"])
        .default("epoll"),
    )
    .option("--edge", "edge-triggered (epoll)", false)
    .option("--host <host>", "where to listen", "127.0.0.1")
    .option("--port <port>", "0 takes a free one; with `all`, the first of three", parsePort, 9999)
    .addOption(
      new Option("--transform <name>", "what happens to the bytes on their way back")
        .choices(TRANSFORMS)
        .default("none"),
    )
    .option("--capacity <n>", "select watches descriptors below this number", parseCapacity)
    .option("--json", "one JSON object a line", false)
    .action(async (options: ServeOptions) => {
      checkTogether(options);
      const { serve } = await import("./serving.ts");
      await serve(options);
    });
  helpMore(command, {
    examples: [
      ["pollux serve", "echo on epoll, port 9999"],
      ["pollux serve -m all --port 0 --json", "one server for each multiplexer, for a program"],
    ],
    exitCodes: { 0: "stopped by SIGINT or SIGTERM", 1: "it cannot listen there, or has failed" },
  });
}

function names<N extends string>(all: Record<N, true>): N[] {
  return Object.keys(all) as N[];
}

function checkTogether({ multiplexer, edge, capacity, host, port }: ServeOptions): void {
  const names = multiplexer === "all" ? MULTIPLEXERS : [multiplexer];
  if (host === "") throw new UsageError("--host needs an address or a name");
  if (edge && !names.includes("epoll")) throw new UsageError("--edge needs --multiplexer epoll");
  if (capacity !== undefined && !names.includes("select")) {
    throw new UsageError("--capacity needs --multiplexer select");
  }
  if (port + names.length - 1 > MAX_PORT) {
    throw new UsageError(`--port ${String(port)} leaves no room for ${String(names.length)} ports`);
  }
}

function parsePort(text: string): number {
  return parseInteger(text, 0, MAX_PORT);
}

function parseCapacity(text: string): number {
  return parseInteger(text, 1, 2 ** 30);
}

function parseInteger(text: string, min: number, max: number): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= min && number <= max) return number;
  throw new InvalidArgumentError(`It must be a number from ${String(min)} to ${String(max)}.`);
}
