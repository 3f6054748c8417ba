import { lookup } from "node:dns/promises";
import { type Command, InvalidArgumentError, Option } from "commander";
import { MULTIPLEXERS, type MultiplexerName } from "../multiplexer/create.ts";
import type { EchoTotals } from "../servers/echo_server.ts";
import { EchoThread } from "../servers/echo_thread.ts";
import { TRANSFORMS, type TransformName } from "../servers/transform.ts";
import { Report, UsageError } from "./report.ts";

interface ServeOptions {
  readonly multiplexer: MultiplexerName | "all";
  readonly edge: boolean;
  readonly host: string;
  readonly port: number;
  readonly transform: TransformName;
  readonly capacity?: number;
  readonly json: boolean;
}

interface Running {
  readonly multiplexer: MultiplexerName;
  readonly thread: EchoThread;
}

const MAX_PORT = 65535;

export function addServe(program: Command): void {
  program
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
    .action(serve);
}

async function serve(options: ServeOptions): Promise<void> {
  const names = options.multiplexer === "all" ? MULTIPLEXERS : [options.multiplexer];
  checkTogether(options, names);
  const report = new Report(options.json);
  const interrupted = signalled();
  const { address } = await lookup(options.host);
  const running: Running[] = [];
  try {
    for (const [index, multiplexer] of names.entries()) {
      const port = options.port === 0 ? 0 : options.port + index;
      const thread = await EchoThread.start({ address, port }, threadOptions(options, multiplexer));
      running.push({ multiplexer, thread });
      announce(report, multiplexer, thread);
    }
    report.hint(
      `talk to one with \`ncat ${address} ${String(running[0]?.thread.address.port)}\`; Ctrl-C stops`,
    );
    // A thread that dies rejects here, and takes the others with it.
    await Promise.race([interrupted, ...running.map(({ thread }) => thread.stopped)]);
  } catch (error) {
    await Promise.all(running.map(({ thread }) => thread.terminate()));
    throw error;
  }
  report.hint("stopping");
  await Promise.all(
    running.map(async ({ multiplexer, thread }) => {
      summarize(report, multiplexer, await thread.stop());
    }),
  );
}

function checkTogether(
  { edge, capacity, host, port }: ServeOptions,
  names: readonly string[],
): void {
  if (host === "") throw new UsageError("--host needs an address or a name");
  if (edge && !names.includes("epoll")) throw new UsageError("--edge needs --multiplexer epoll");
  if (capacity !== undefined && !names.includes("select")) {
    throw new UsageError("--capacity needs --multiplexer select");
  }
  if (port + names.length - 1 > MAX_PORT) {
    throw new UsageError(`--port ${String(port)} leaves no room for ${String(names.length)} ports`);
  }
}

function threadOptions(
  { edge, capacity, transform }: ServeOptions,
  multiplexer: MultiplexerName,
): Parameters<typeof EchoThread.start>[1] {
  return {
    multiplexer,
    transform,
    ...(multiplexer === "epoll" && { edge }),
    ...(multiplexer === "select" && capacity !== undefined && { capacity }),
  };
}

/** The first signal asks the servers to stop; a second one does not wait for them. */
function signalled(): Promise<void> {
  return new Promise((resolve) => {
    let count = 0;
    for (const [signal, number] of [
      ["SIGINT", 2],
      ["SIGTERM", 15],
    ] as const) {
      process.on(signal, () => {
        if (count++ > 0) process.exit(128 + number);
        resolve();
      });
    }
  });
}

function announce(report: Report, multiplexer: MultiplexerName, { address }: EchoThread): void {
  report.event(
    "listening",
    { multiplexer, address: address.address, port: address.port },
    `${multiplexer} echo listening on ${String(address)}`,
  );
}

function summarize(report: Report, multiplexer: MultiplexerName, totals: EchoTotals): void {
  const { connections, peakOpen, bytesIn, bytesOut, rejected, broken } = totals;
  report.event(
    "stopped",
    { multiplexer, ...totals },
    `${multiplexer} served ${String(connections)} connections (peak ${String(peakOpen)} open, ` +
      `${String(rejected)} rejected, ${String(broken)} broken), ` +
      `${String(bytesIn)} bytes in, ${String(bytesOut)} bytes out`,
  );
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
