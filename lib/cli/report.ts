/** A mistake on the command line: exit code 2. */
export class UsageError extends Error {}

/** Writes one line per event: text for people, or with `--json` an object for programs. */
export class Report {
  readonly #json: boolean;

  constructor(json: boolean) {
    this.#json = json;
  }

  /** Writes an event. */
  event(event: string, details: object, line: string): void {
    const output = this.#json ? JSON.stringify({ event, ...details }) : `pollux: ${line}`;
    process.stdout.write(`${output}\n`);
  }

  /** Writes a line for people only. */
  hint(line: string): void {
    if (!this.#json) process.stdout.write(`pollux: ${line}\n`);
  }
}

const FAILURE = 1;
let ignoresClosedOutput = false;

/**
 * Continues when the reader of the output ends, as in `| head -1`; ends the process when the output fails in
 * another way, as on a full disk. Opens Node's streams, which make pipes non-blocking for all processes that
 * share them: `pollux connect` does without.
 */
export function ignoreClosedOutput(): void {
  if (ignoresClosedOutput) return;
  ignoresClosedOutput = true;
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE") return;
      if (stream === process.stdout)
        process.stderr.write(`pollux: ${error.syscall} ${error.code}\n`);
      process.exit(FAILURE);
    });
  }
}

/** Writes an error to stderr without a stack trace, mostly in one line; that of a missing binary has several. */
export function fail(error: unknown): void {
  ignoreClosedOutput();
  const { message = String(error), code } = error as Partial<NodeJS.ErrnoException>;
  const text = code === "ERR_POLLUX_NO_BINARY" ? message : (message.split("\n", 1)[0] ?? "");
  process.stderr.write(`pollux: ${text}\n`);
}
