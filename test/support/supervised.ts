import { readdirSync, readFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { Program } from "./program.ts";
import { POLLUX } from "./serving.ts";
import { BARE, PYTHON } from "./tools.ts";
import { fileURLToPath } from "node:url";

const STEADY = fileURLToPath(new URL("clients/steady.py", import.meta.url));

/** A line of a program that writes JSON. */
export interface Event {
  readonly event: string;
  readonly pid?: number;
  readonly slot?: number;
  readonly state?: string;
  readonly reason?: string;
  readonly port?: number;
  readonly signal?: string;
  readonly [name: string]: unknown;
}

/** A supervisor that says in JSON what happens; those that follow it write to the same output. */
export class Supervised implements AsyncDisposable {
  readonly program: Program;
  readonly events: Event[] = [];
  /** Where it listens. */
  port = 0;

  constructor(command: string, args: readonly string[]) {
    this.program = new Program(command, args);
  }

  /** `pollux serve --workers`, which serves. */
  static async start(
    args: readonly string[],
    wrapper: readonly string[] = [],
  ): Promise<Supervised> {
    return await Supervised.startOf(POLLUX, ["--port", "0", ...args], wrapper);
  }

  /** @param pollux - of another copy of the package */
  static async startOf(
    pollux: string,
    args: readonly string[],
    wrapper: readonly string[] = [],
  ): Promise<Supervised> {
    const serve = [...wrapper, process.execPath, pollux, "serve", "--json", ...args];
    const [command = "", ...rest] = serve;
    const supervised = new Supervised(command, rest);
    try {
      const { port = 0 } = await supervised.until("listening");
      supervised.port = port;
      return supervised;
    } catch (error) {
      await supervised[Symbol.asyncDispose]();
      throw error;
    }
  }

  get pid(): number {
    return this.program.pid;
  }

  /** The next event of this name, and with these fields, that was not read yet. */
  async until(event: string, fields: Partial<Event> = {}): Promise<Event> {
    for (;;) {
      const next = await this.#next();
      const fits = Object.entries(fields).every(([name, value]) => next[name] === value);
      if (next.event === event && fits) return next;
    }
  }

  /** As {@link until}, of programs that write to the same output: their events may come in any order. */
  async untilEach<Name extends string>(...names: readonly Name[]): Promise<Record<Name, Event>> {
    const found = new Map<string, Event>();
    while (found.size < names.length) {
      const next = await this.#next();
      const isNew = names.some((name) => name === next.event) && !found.has(next.event);
      if (isNew) found.set(next.event, next);
    }
    return Object.fromEntries(found) as Record<Name, Event>;
  }

  /** The processes that were started after the first, and were not stopped: they are ended with the test. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const { event, pid = 0 } of this.events) {
      if (/^(restart|followed|serving)$/.test(event) && pid > 0) kill(pid, "SIGKILL");
    }
    await this.program[Symbol.asyncDispose]();
  }

  async #next(): Promise<Event> {
    const next = JSON.parse(await this.program.nextLine()) as Event;
    this.events.push(next);
    return next;
  }
}

/** Sends a signal to a process that may have ended. */
export function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has.
  }
}

/** Waits until there is no such process. A zombie is none. */
export async function ended(pid: number): Promise<void> {
  while (isAlive(pid)) await setTimeout(10);
}

export function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${String(pid)}/status`, "latin1"));
  } catch {
    return false;
  }
}

/** Processes whose parent is this one. */
export function childrenOf(pid: number): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((each) => {
      try {
        const status = readFileSync(`/proc/${String(each)}/status`, "latin1");
        return new RegExp(`^PPid:\\s+${String(pid)}$`, "m").test(status);
      } catch {
        return false;
      }
    });
}

/** What came of many short connections. Everything but `done` is a client that was lost. */
export interface Exchanges {
  readonly done: number;
  readonly refused: number;
  readonly reset: number;
  readonly lost: number;
  readonly other: number;
}

/** Clients in Python that connect all the time. */
export class SteadyClients implements AsyncDisposable {
  readonly #program: Program;

  private constructor(target: string) {
    this.#program = new Program(PYTHON, [...BARE, STEADY, "4", target]);
  }

  /** @param target - a port, or a path of a unix socket */
  static async start(target: number | string): Promise<SteadyClients> {
    const clients = new SteadyClients(String(target));
    try {
      await clients.more();
      return clients;
    } catch (error) {
      await clients[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Waits until some more have been served. */
  async more(): Promise<void> {
    const before = await this.#count();
    while ((await this.#count()) < before + 20) await setTimeout(5);
  }

  /** Ends all, after they are served. */
  async finish(): Promise<Exchanges> {
    await this.more();
    this.#program.end();
    return JSON.parse(await this.#program.nextLine()) as Exchanges;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#program[Symbol.asyncDispose]();
  }

  async #count(): Promise<number> {
    this.#program.say("count");
    return Number(await this.#program.nextLine());
  }
}

/** No client was refused, reset or given other bytes. */
export const NONE_LOST = { refused: 0, reset: 0, lost: 0, other: 0 };
