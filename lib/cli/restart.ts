import { type Command, InvalidArgumentError } from "commander";
import { helpMore } from "./help.ts";

/** What `pollux restart` was asked for. */
export interface RestartOptions {
  /** Seconds. */
  readonly timeout: number;
  readonly json: boolean;
}

export function addRestart(program: Command): void {
  const command = program
    .command("restart")
    .description("replace a running `pollux serve --workers`, without losing a client")
    .argument("<pid>", "its process id", parsePid)
    .option("--timeout <s>", "wait for it for so long", parseSeconds, 60)
    .option("--json", "as one JSON object", false)
    .action(async (pid: number, options: RestartOptions) => {
      const { restart } = await import("./restarting.ts");
      await restart(pid, options);
    });
  helpMore(command, {
    text:
      "It starts itself again with the same arguments, hands over its sockets, and leaves when the\n" +
      "new one serves. If that fails, it goes on. Only its own user and root may ask for it, from the\n" +
      "same network and PID namespace.",
    examples: [
      ["pollux restart 4711", "prints the new process id"],
      ["pollux restart $MAINPID --json", "for a program"],
    ],
    exitCodes: { 1: "there is no such program, or it goes on as before: the reason is told" },
  });
}

function parsePid(text: string): number {
  const pid = Number(text);
  if (/^\d+$/.test(text) && pid > 0 && pid < 2 ** 31) return pid;
  throw new InvalidArgumentError("It must be the id of a process.");
}

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && seconds > 0 && seconds <= 1e6) return seconds;
  throw new InvalidArgumentError("It must be a number of seconds above 0.");
}
