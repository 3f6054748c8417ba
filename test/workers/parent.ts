import { fileURLToPath } from "node:url";
import { Program } from "../support/program.ts";

const PROGRAM = fileURLToPath(new URL("programs/parent.mjs", import.meta.url));

/** A line that parent.mjs writes. */
export interface Told {
  readonly listening?: readonly (number | string)[];
  readonly change?: {
    readonly child?: number;
    readonly slot?: number;
    readonly pid: number;
    readonly state: string;
    readonly code?: number | null;
    readonly signal?: number | null;
    readonly reason?: string;
  };
  readonly error?: string;
  readonly totals?: Readonly<Record<string, unknown>>;
  readonly failed?: string;
  readonly descriptors?: number;
  readonly bytes?: number;
}

/** A Supervisor or a ProcessPerConnection, in a process of its own. */
export class Parent implements AsyncDisposable {
  /** All that it has told so far. */
  readonly told: Told[] = [];
  readonly #program: Program;

  private constructor(command: readonly string[]) {
    const [program = "", ...args] = command;
    this.#program = new Program(program, args);
  }

  /**
   * Starts it, and waits until it serves.
   *
   * @param name - "Supervisor" or "ProcessPerConnection"
   * @param before - the beginning of the command line, before node
   */
  static async start(
    name: string,
    options: object = {},
    before: readonly string[] = [],
  ): Promise<Parent> {
    const node = [process.execPath, "--expose-gc", PROGRAM, name, JSON.stringify(options)];
    const parent = new Parent([...before, ...node]);
    try {
      await parent.until(({ listening }) => listening !== undefined);
    } catch (error) {
      await parent[Symbol.asyncDispose]();
      throw error;
    }
    return parent;
  }

  get pid(): number {
    return this.#program.pid;
  }

  get ended(): Program["ended"] {
    return this.#program.ended;
  }

  get port(): number {
    return Number(this.told.find(({ listening }) => listening)?.listening?.[0]);
  }

  /** Reads on until a line that is wanted. */
  async until(wanted: (told: Told) => boolean): Promise<Told> {
    for (;;) {
      const told = JSON.parse(await this.#program.nextLine()) as Told;
      this.told.push(told);
      if (wanted(told)) return told;
    }
  }

  /** Reads on until so many changes to this state, from now on. */
  async changes(state: string, count = 1): Promise<NonNullable<Told["change"]>[]> {
    const found: NonNullable<Told["change"]>[] = [];
    while (found.length < count) {
      const { change } = await this.until((told) => told.change?.state === state);
      if (change) found.push(change);
    }
    return found;
  }

  /** What it has open and resident. */
  async use(): Promise<{ descriptors: number; bytes: number }> {
    this.#program.say("");
    const { descriptors = NaN, bytes = NaN } = await this.until((told) => told.bytes !== undefined);
    return { descriptors, bytes };
  }

  signal(signal: NodeJS.Signals): void {
    this.#program.kill(signal);
  }

  /** @returns what its stop returned, or the message of its error */
  async stop(): Promise<Told> {
    this.signal("SIGTERM");
    return await this.until(({ totals, failed }) => totals !== undefined || failed !== undefined);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#program[Symbol.asyncDispose]();
  }
}
