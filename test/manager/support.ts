import { createMultiplexer } from "../../lib/multiplexer/create.ts";
import { EventManager } from "../../lib/manager/event_manager.ts";
import type { ManagerEvent, ManagerHandler } from "../../lib/manager/events.ts";
import type { ManagerConnection } from "../../lib/manager/manager_connection.ts";
import type { EventManagerOptions } from "../../lib/manager/manager_options.ts";
import type { Handler } from "../../lib/reactor/reactor.ts";
import type { Kind } from "../support/reactors.ts";

/** A manager on this multiplexer. */
export function managerOf(
  { multiplexer, edge }: Kind,
  options: EventManagerOptions = {},
): EventManager {
  return new EventManager({
    multiplexer: createMultiplexer<Handler>(multiplexer, { edge }),
    ...options,
  });
}

const TURN_MS = 1000;
// A busy machine may take its time.
const IDLE_TURNS = 30;

/** Polls until it is so; an error when events stop coming before that. */
export function pollUntil(manager: EventManager, condition: () => boolean): void {
  for (let idle = 0; idle < IDLE_TURNS; idle++) {
    if (condition()) return;
    if (manager.poll(TURN_MS) > 0) idle = 0;
  }
  throw new Error("not so, and nothing happens any more");
}

/** Runs until the journal has this line, with this thread free meanwhile. */
export async function runUntil(
  manager: EventManager,
  journal: Journal,
  line: string,
): Promise<void> {
  const running = manager.run();
  await Promise.race([journal.until(line), running]);
  manager.stop();
  await running;
}

/** Writes down the events of all connections, but for `poll`. */
export class Journal {
  readonly lines: string[] = [];
  readonly #awaited = new Map<string, () => void>();
  readonly #inside = new Set<ManagerConnection>();
  readonly #then: ManagerHandler;

  /** @param then - what the handler does besides */
  constructor(then: ManagerHandler = () => undefined) {
    this.#then = then;
  }

  readonly handler: ManagerHandler = (connection, event) => {
    if (event.type !== "poll") this.#write(`${connection.role} ${textOf(event)}`);
    // As promised to users: a handler is not called while it runs.
    if (this.#inside.has(connection)) this.lines.push(`${connection.role} called within a call`);
    this.#inside.add(connection);
    try {
      return this.#then(connection, event);
    } finally {
      this.#inside.delete(connection);
    }
  };

  /** The events of connections with this role. */
  of(role: ManagerConnection["role"]): string[] {
    return this.lines
      .filter((line) => line.startsWith(`${role} `))
      .map((line) => line.slice(role.length + 1));
  }

  has(line: string): boolean {
    return this.lines.includes(line);
  }

  /** Fulfilled when it has this line. */
  async until(line: string): Promise<void> {
    if (this.has(line)) return;
    await new Promise<void>((resolve) => this.#awaited.set(line, resolve));
  }

  #write(line: string): void {
    this.lines.push(line);
    this.#awaited.get(line)?.();
  }
}

function textOf(event: ManagerEvent): string {
  switch (event.type) {
    case "read":
    case "write":
      return `${event.type} ${String(event.bytes)}`;
    case "wakeup":
      return `wakeup ${Buffer.from(event.data).toString()}`;
    case "error":
      return `error ${(event.error as NodeJS.ErrnoException).code ?? event.error.message}`;
    default:
      return event.type;
  }
}

/** The port that a connection is bound to. */
export function portOf(connection: ManagerConnection): number {
  return connection.localAddress?.port ?? 0;
}

/** Sends back what has arrived. */
export const echo: ManagerHandler = (connection, { type }) => {
  if (type !== "read") return;
  const { memory, offset, length } = connection.recv;
  connection.send(memory, offset, length);
  connection.recv.consume();
};
