import { existsSync, readFileSync } from "node:fs";
import { connect, type Socket as NetSocket } from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { PidFd } from "../../lib/descriptors/pidfd.ts";
import { isSystemError } from "../../lib/errors.ts";
import { READABLE } from "../../lib/multiplexer/multiplexer.ts";
import { DescriptorWait } from "../../lib/multiplexer/wait_for.ts";
import { Supervisor } from "../../lib/workers/supervisor.ts";
import type { SupervisorOptions } from "../../lib/workers/supervisor_options.ts";

export const LOOPBACK = { address: "127.0.0.1", port: 0 };

export function program(name: string): string {
  return fileURLToPath(new URL(`programs/${name}`, import.meta.url));
}

/** A supervisor that is stopped when the test is finished. Its workers run one of the programs. */
export async function supervise(
  name: string,
  options: Partial<SupervisorOptions>,
): Promise<Supervisor> {
  const supervisor = await Supervisor.start(program(name), {
    workers: 2,
    listen: [LOOPBACK],
    ...options,
  });
  onTestFinished(async () => {
    await supervisor.stop(0).catch(() => null);
  });
  return supervisor;
}

/** A client that reads in lines. */
export class LineClient {
  readonly socket: NetSocket;
  readonly #lines: AsyncIterator<string>;

  constructor(port: number | undefined, host = "127.0.0.1") {
    this.socket = connect(port ?? 0, host);
    this.#lines = createInterface({ input: this.socket })[Symbol.asyncIterator]();
    this.socket.on("error", () => null); // the end of the lines tells
    onTestFinished(() => {
      this.socket.destroy();
    });
  }

  /** @returns the next line; `null` at the end */
  async line(): Promise<string | null> {
    const { value, done } = await this.#lines.next();
    return done === true ? null : value;
  }

  async ask(line: string): Promise<string | null> {
    this.socket.write(`${line}\n`);
    return await this.line();
  }
}

/** Waits until a process has ended, which need not be a child. */
export async function ended(pid: number): Promise<void> {
  try {
    using pidfd = PidFd.open(pid);
    using wait = new DescriptorWait(pidfd, Infinity);
    await wait.wait(READABLE);
  } catch (error) {
    if (!isSystemError(error, "ESRCH")) throw error;
  }
}

/** The letter of a process's state; `null`: there is none with this number. */
export function stateOf(pid: number): string | null {
  const path = `/proc/${String(pid)}/stat`;
  if (!existsSync(path)) return null;
  return readFileSync(path, "latin1").split(") ")[1]?.[0] ?? null;
}
