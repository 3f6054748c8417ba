import { writeSync } from "node:fs";

/** The processor time of this process so far, as the suite asks for it: see {@link Contender.server}. */
export function usageLine(): string {
  const { user, system } = process.cpuUsage();
  return `${String(user)} ${String(system)}\n`;
}

/** Prints the port of a server, and answers the lines of the input until it ends. Then the process ends. */
export function announce(port: number): void {
  writeSync(1, `${String(port)}\n`);
  process.stdin.on("data", () => writeSync(1, usageLine())).on("end", () => process.exit());
}
