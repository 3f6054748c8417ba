import type { Command } from "commander";
import { helpMore } from "./help.ts";

/** What `pollux interfaces` was asked for. */
export interface InterfacesOptions {
  readonly ioctl: boolean;
  readonly json: boolean;
}

export function addInterfaces(program: Command): void {
  const command = program
    .command("interfaces")
    .description("list the network interfaces and their addresses")
    .argument("[name]", "only this one")
    .option("--ioctl", "ask with the requests of netdevice(7), which know IPv4 only", false)
    .option("--json", "as one JSON object a line", false)
    .action(async (name: string | undefined, options: InterfacesOptions) => {
      const { listInterfaces } = await import("./networks.ts");
      listInterfaces(name, options);
    });
  helpMore(command, {
    examples: [
      ["pollux interfaces", "all, up or down"],
      ["pollux interfaces lo --json", "one, for a program"],
    ],
    exitCodes: { 1: "there is no such interface, or the kernel refused" },
  });
}
