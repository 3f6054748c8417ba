import { type Command, InvalidArgumentError } from "commander";
import { helpMore } from "./help.ts";

/** What `pollux daytime` was asked for. */
export interface DaytimeCommandOptions {
  /** Seconds. */
  readonly timeout?: number;
  readonly json: boolean;
}

export function addDaytime(program: Command): void {
  const command = program
    .command("daytime")
    .description("ask a daytime server (RFC 867) for its time")
    .argument("<address>", "127.0.0.1:13, [::1]:13, HOST:PORT, /a/path, ./path, @abstract")
    .option("--timeout <seconds>", "for all of it (default: without limit)", parseTimeout)
    .option("--json", "as one JSON object", false)
    .action(async (address: string, options: DaytimeCommandOptions) => {
      const { askDaytime } = await import("./asking_daytime.ts");
      await askDaytime(address, options);
    });
  helpMore(command, {
    examples: [
      ["pollux daytime 127.0.0.1:13", "one line: Sun Nov 29 01:33:22 2026"],
      ["pollux daytime localhost:9999 --timeout 2", "of the server of `pollux serve daytime`"],
    ],
    exitCodes: { 0: "the time is printed", 1: "there was no answer" },
  });
}

function parseTimeout(text: string): number {
  const seconds = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && seconds <= 1e6) return seconds;
  throw new InvalidArgumentError("It must be a number of seconds.");
}
