import { type Command, InvalidArgumentError } from "commander";
import { helpMore } from "./help.ts";
import { UsageError } from "./report.ts";

/** What `pollux options` was asked for. */
export interface OptionsOptions {
  readonly fd?: number;
  readonly connect?: string;
  readonly udp: boolean;
  readonly json: boolean;
}

export function addOptions(program: Command): void {
  const command = program
    .command("options")
    .description("tell what a socket option is, and what its value is on a socket")
    .argument("[name]", "as in C; the beginning of a name stands for all that begin so")
    .option("--fd <n>", "read the values of this descriptor, a socket that was inherited", parseFd)
    .option("--connect <address>", "connect to this address, and read the values of that socket")
    .option("-u, --udp", "connect with UDP", false)
    .option("--json", "as one JSON object a line", false)
    .action(async (name: string | undefined, options: OptionsOptions) => {
      if (options.fd !== undefined && options.connect !== undefined) {
        throw new UsageError("--fd and --connect contradict each other");
      }
      if (options.udp && options.connect === undefined) {
        throw new UsageError("--udp needs --connect");
      }
      const { tellOptions } = await import("./telling_options.ts");
      await tellOptions(name, options);
    });
  helpMore(command, {
    examples: [
      ["pollux options SO_LINGER", "its level, number, type, unit and first kernel"],
      ["pollux options TCP_ --connect example.org:80", "all values of one level on a connection"],
      ["pollux options SO_RCVBUF --fd 3 3<> /dev/tcp/127.0.0.1/80", "a socket of the shell's"],
    ],
    exitCodes: { 1: "the option cannot be read, or there is no connection" },
  });
}

function parseFd(text: string): number {
  const fd = Number(text);
  if (/^\d+$/.test(text) && fd < 2 ** 31) return fd;
  throw new InvalidArgumentError("It must be the number of a descriptor.");
}
