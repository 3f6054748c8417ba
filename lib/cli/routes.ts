import type { Command } from "commander";
import { helpMore } from "./help.ts";

/** What `pollux routes` was asked for. */
export interface RoutesOptions {
  readonly all: boolean;
  readonly monitor: boolean;
  readonly json: boolean;
}

export function addRoutes(program: Command): void {
  const command = program
    .command("routes")
    .description("list the routes, and with --monitor what changes in the network")
    .option("-a, --all", "of all tables, not of the main one only", false)
    .option("--monitor", "go on, and print changes of links, addresses and routes", false)
    .option("--json", "as one JSON object a line", false)
    .action(async (options: RoutesOptions) => {
      const { listRoutes } = await import("./networks.ts");
      await listRoutes(options);
    });
  helpMore(command, {
    examples: [
      ["pollux routes", "the main table, IPv4 and IPv6"],
      ["pollux routes --monitor --json", "changes, for a program; Ctrl-C stops"],
    ],
    exitCodes: { 1: "the kernel refused", 141: "nobody reads the output of --monitor any more" },
  });
}
