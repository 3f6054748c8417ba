import { fileURLToPath } from "node:url";
import { BARE, PYTHON } from "./tools.ts";
import { Program } from "./program.ts";

const CLIENT = fileURLToPath(new URL("clients/client.py", import.meta.url));
const CROWD = fileURLToPath(new URL("clients/crowd.py", import.meta.url));

/** What a command of client.py answers; which fields, is written there. */
export interface Reply {
  readonly bytes?: number;
  readonly matches?: boolean;
  readonly end?: "eof" | "reset";
  readonly unsent?: number;
  readonly unread?: number;
  readonly state?: number;
  readonly error?: string;
}

/** A TCP client in Python, in a process of its own, that does what it is told. */
export class RemoteClient implements AsyncDisposable {
  readonly #program: Program;

  private constructor(program: Program) {
    this.#program = program;
  }

  static async connect(port: number, host = "127.0.0.1", upper = false): Promise<RemoteClient> {
    const args = [CLIENT, host, String(port), ...(upper ? ["upper"] : [])];
    const client = new RemoteClient(new Program(PYTHON, [...BARE, ...args]));
    try {
      await client.#answer();
    } catch (error) {
      await client[Symbol.asyncDispose]();
      throw error;
    }
    return client;
  }

  async ask(command: string, ...args: readonly number[]): Promise<Reply> {
    this.#program.say(JSON.stringify([command, ...args]));
    return await this.#answer();
  }

  kill(): Promise<unknown> {
    this.#program.kill("SIGKILL");
    return this.#program.ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#program[Symbol.asyncDispose]();
  }

  async #answer(): Promise<Reply> {
    return JSON.parse(await this.#program.nextLine()) as Reply;
  }
}

/**
 * Has a client push until the server takes no more of it: nothing moves in its queues while another
 * client is served.
 *
 * @returns how many bytes it pushed, at most `goal`
 */
export async function stall(
  flood: RemoteClient,
  goal: number,
  other: RemoteClient,
): Promise<number> {
  let total = 0;
  let before = "";
  for (;;) {
    const { bytes = 0 } = await flood.ask("push", goal - total);
    total += bytes;
    const after = JSON.stringify(await flood.ask("queues"));
    if (bytes === 0 && after === before) return total;
    before = after;
    const { matches } = await other.ask("roundTrips", 500, 100);
    if (matches !== true) throw new Error("the other client got wrong data");
  }
}

export interface CrowdReply {
  readonly served: number;
  readonly turnedAway: number;
  readonly wrong: number;
}

/** Many clients in one Python process. */
export class Crowd implements AsyncDisposable {
  readonly #program: Program;

  constructor(port: number) {
    this.#program = new Program(PYTHON, [...BARE, CROWD, String(port)]);
  }

  /** So many more connect, then each of all sends its own data and compares what comes back. */
  async join(clients: number): Promise<CrowdReply> {
    return await this.#ask("join", clients);
  }

  /** All who were served send again. */
  async talk(): Promise<CrowdReply> {
    return await this.#ask("join", 0);
  }

  /** So many close. */
  async leave(clients: number): Promise<CrowdReply> {
    return await this.#ask("leave", clients);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#program[Symbol.asyncDispose]();
  }

  async #ask(command: string, clients: number): Promise<CrowdReply> {
    this.#program.say(JSON.stringify([command, clients]));
    return JSON.parse(await this.#program.nextLine()) as CrowdReply;
  }
}
