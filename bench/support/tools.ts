import { spawnSync } from "node:child_process";

const LIMIT_MS = 20_000;
const answers = new Map<string, string | undefined>();

/**
 * What a command that ends at once prints, without white space around it. Asked once in each process.
 *
 * @returns `undefined` if there is no such command, or if it fails
 */
export function answerOf(command: string, ...args: readonly string[]): string | undefined {
  const key = [command, ...args].join("\n");
  if (!answers.has(key)) {
    const { status, stdout } = spawnSync(command, args, {
      stdio: ["ignore", "pipe", "ignore"],
      encoding: "utf8",
      timeout: LIMIT_MS,
    });
    answers.set(key, status === 0 ? stdout.trim() : undefined);
  }
  return answers.get(key);
}

/** The first number with dots in what a command prints: "1.19.8" in "go version go1.19.8 linux/amd64". */
export function versionOf(command: string, ...args: readonly string[]): string | undefined {
  return /\d+(\.\d+)*/.exec(answerOf(command, ...args) ?? "")?.[0];
}

/** The version of a tool with its name, "Go 1.19.8"; `undefined` if it is not installed. */
export function toolVersion(name: string, ...command: [string, ...string[]]): string | undefined {
  const version = versionOf(...command);
  return version === undefined ? undefined : `${name} ${version}`;
}

/** The reason why a tool cannot be used; `undefined` if this command of it works. */
export function whyNoTool(...command: [string, ...string[]]): string | undefined {
  return answerOf(...command) === undefined ? `${command[0]} is not installed` : undefined;
}
