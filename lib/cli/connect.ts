import { type Command, InvalidArgumentError, Option } from "commander";
import type { MultiplexerName } from "../multiplexer/create.ts";
import { helpMore } from "./help.ts";
import { UsageError } from "./report.ts";

/** What `pollux connect` was asked for. */
export interface ConnectOptions {
  readonly listen: boolean;
  readonly udp: boolean;
  readonly seqpacket: boolean;
  readonly multiplexer: MultiplexerName;
  /** Seconds. */
  readonly wait?: number;
  readonly json: boolean;
}

// Types keep the list complete. It is repeated here so that the help works without the addon.
const MULTIPLEXERS = Object.keys({
  select: true,
  poll: true,
  epoll: true,
} satisfies Record<MultiplexerName, true>);

export function addConnect(program: Command): void {
  const command = program
    .command("connect")
    .description("connect standard input and output to a server")
    .argument("<address>", "127.0.0.1:9999, [::1]:9999, HOST:PORT, /a/path, ./path, @abstract")
    .option("-l, --listen", "wait for one client at the address instead", false)
    .option("-u, --udp", "datagrams: each line of the input is one", false)
    .option("--seqpacket", "messages of a unix-domain socket: each line of the input is one", false)
    .addOption(
      new Option("-m, --multiplexer <name>", "what it waits with")
        .choices(MULTIPLEXERS)
        .default("epoll"),
    )
    .option(
      "-w, --wait <seconds>",
      "how long the input may be silent after the server has ended, and with --udp the server after the " +
        "end of the input (default: 0.5; 0 if the input is a terminal)",
      parseSeconds,
    )
    .option("--json", "events as JSON, one a line, to standard error", false)
    .action(async (address: string, options: ConnectOptions) => {
      if (options.udp && options.seqpacket) {
        throw new UsageError("--udp and --seqpacket contradict each other");
      }
      const { connectTo } = await import("./connecting.ts");
      await connectTo(address, options);
    });
  helpMore(command, {
    text:
      "The end of the input ends the connection in that direction only; what the server still sends is\n" +
      "written. Ctrl-D ends the input of a terminal.",
    examples: [
      ["pollux connect 127.0.0.1:9999", "type lines to an echo server"],
      ["pollux connect @service < request > answer", "send a file to an abstract unix-domain name"],
    ],
    exitCodes: {
      0: "both sides have ended",
      1: "there was no connection, it broke, or the server terminated prematurely",
      2: "a mistake on the command line",
      141: "nobody reads the output any more",
    },
  });
}

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && seconds <= 1e6) return seconds;
  throw new InvalidArgumentError("It must be a number of seconds.");
}
