import { placementOf } from "pollux/bench";
import { CoProcess } from "./co_process.ts";
import { workingProcess } from "./process_usage.ts";

/** An echo server that listens. */
export interface Server {
  /** Its input and output. */
  readonly program: CoProcess;
  /** The number of the process that serves. */
  readonly pid: number;
  /** Where it listens. */
  readonly port: string;
}

/**
 * Starts an echo server, on a processor of its own if there are two.
 *
 * @param command - it talks as {@link Contender.server} does
 */
export async function startServer(command: readonly string[]): Promise<Server> {
  const program = new CoProcess(command, placementOf()?.measured);
  const port = await program.line();
  return { program, port, pid: workingProcess(program.pid) };
}
