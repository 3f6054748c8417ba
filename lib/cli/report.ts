/** The command line asks for something that cannot be. */
export class UsageError extends Error {}

/** One line for people, or, with `--json`, one object a line for programs. */
export class Report {
  readonly #json: boolean;

  constructor(json: boolean) {
    this.#json = json;
  }

  event(event: string, details: object, line: string): void {
    const output = this.#json ? JSON.stringify({ event, ...details }) : `pollux: ${line}`;
    process.stdout.write(`${output}\n`);
  }

  /** For people only. */
  hint(line: string): void {
    if (!this.#json) process.stdout.write(`pollux: ${line}\n`);
  }
}

/** Whoever reads us may have read enough (`| head -1`): we go on. */
export function ignoreClosedOutput(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
    });
  }
}

/** One line on stderr, without a stack trace. */
export function fail(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`pollux: ${message.split("\n", 1)[0] ?? ""}\n`);
}
