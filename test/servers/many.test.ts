import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { StreamTotals } from "../../lib/servers/stream_options.ts";
import { cpuTimeMs, hardDescriptorLimit, residentBytes } from "../support/process.ts";
import { Program } from "../support/program.ts";
import { KINDS, type Kind } from "../support/reactors.ts";
import { BARE, PYTHON } from "../support/tools.ts";

// All of them: MANY=10000 SLOW=3000 npx vitest run test/servers/many.test.ts
const MANY = Number(process.env["MANY"] ?? 1000);
const SLOW = Number(process.env["SLOW"] ?? 100);
const isMeasured = process.env["MANY"] !== undefined;

const SERVICE = fileURLToPath(new URL("programs/service.mjs", import.meta.url));
const CLIENTS = fileURLToPath(new URL("../support/clients/many.py", import.meta.url));
const MIB = 1024 * 1024;
const TOO_FEW = `needs a hard limit of ${String(MANY + 200)} descriptors (RLIMIT_NOFILE)`;
const tooFew = hardDescriptorLimit() < MANY + 200 ? TOO_FEW : undefined;

interface Reply {
  readonly right: number;
  readonly wrong: number;
  readonly lost: number;
  readonly open: number;
  readonly bytes?: number;
}

/** A server in a process of its own, and clients in another. */
class Many implements AsyncDisposable {
  readonly server: Program;
  readonly port: number;
  readonly #clients: Program;

  private constructor(server: Program, port: number) {
    this.server = server;
    this.port = port;
    this.#clients = new Program(PYTHON, [...BARE, CLIENTS, String(port)]);
  }

  static async start(name: string, { multiplexer, edge }: Kind, options: object): Promise<Many> {
    const room = multiplexer === "select" ? { capacity: MANY + SLOW + 1000 } : {};
    const json = JSON.stringify({ ...options, ...room });
    const args = [SERVICE, name, multiplexer, String(edge), json];
    const server = new Program(process.execPath, args);
    const { port } = JSON.parse(await server.nextLine()) as { port: number };
    return new Many(server, port);
  }

  async ask(...command: unknown[]): Promise<Reply> {
    this.#clients.say(JSON.stringify(command));
    return JSON.parse(await this.#clients.nextLine()) as Reply;
  }

  async totals(): Promise<StreamTotals> {
    this.server.say("totals");
    return JSON.parse(await this.server.nextLine()) as StreamTotals;
  }

  async stop(): Promise<StreamTotals> {
    this.server.kill("SIGTERM");
    return JSON.parse(await this.server.nextLine()) as StreamTotals;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#clients[Symbol.asyncDispose]();
    await this.server[Symbol.asyncDispose]();
  }
}

describe.each(KINDS)("on $multiplexer, edge: $edge", (kind) => {
  it(`EchoServer loses nothing of ${String(MANY)} clients of whom 1 % are active`, async ({
    skip,
  }) => {
    if (tooFew !== undefined) skip(tooFew);
    const limits = { idleTimeoutMs: 600_000, readTimeoutMs: 600_000, writeTimeoutMs: 600_000 };
    await using many = await Many.start("EchoServer", kind, limits);
    const [rounds, active] = [isMeasured ? 200 : 10, Math.ceil(MANY / 100)];

    expect(await many.ask("open", MANY)).toMatchObject({ open: MANY });
    const [startMs, cpuMs] = [performance.now(), cpuTimeMs(many.server.pid)];
    const reply = await many.ask("rounds", rounds, active);
    const spentMs = cpuTimeMs(many.server.pid) - cpuMs;
    if (isMeasured) {
      const seconds = (performance.now() - startMs) / 1000;
      const perSecond = Math.round((rounds * active) / seconds);
      const [name, us] = [`${kind.multiplexer}${kind.edge ? " edge" : ""}`, spentMs * 1000];
      const memory = Math.round(residentBytes(many.server.pid) / MIB);
      console.log(
        `${name}: ${String(perSecond)} answers/s, ${(us / rounds / active).toFixed(1)} µs each, ${String(memory)} MiB`,
      );
    }

    expect(reply).toMatchObject({ right: rounds * active, wrong: 0, lost: 0 });
    await many.ask("close");
    const totals = await many.stop();
    expect(totals).toMatchObject({ connections: MANY, peakOpen: MANY, rejected: 0, broken: 0 });
    expect(totals.bytesOut).toBe(totals.bytesIn);
  });

  it(`ChargenServer keeps ${String(SLOW)} slow readers, and ends those who read nothing`, async () => {
    await using many = await Many.start("ChargenServer", kind, { writeTimeoutMs: 2500 });
    await using stuck = new Program(PYTHON, [...BARE, CLIENTS, String(many.port)]);
    stuck.say(JSON.stringify(["open", 3, 4096]));
    await stuck.nextLine();
    expect(await many.ask("open", SLOW, 4096)).toMatchObject({ open: SLOW });
    await many.ask("trickle", 20, 1000);
    const before = residentBytes(many.server.pid);

    let rounds = 0;
    for (let ended = 0; ended < 3; rounds++) {
      expect(await many.ask("trickle", 1, 1000)).toMatchObject({ right: SLOW, wrong: 0, lost: 0 });
      ended = (await many.totals()).limits?.writeTimeoutMs ?? 0;
    }
    const grown = residentBytes(many.server.pid) - before;

    const { open, limits } = await many.totals();
    expect({ open, limits }).toMatchObject({ open: SLOW, limits: { writeTimeoutMs: 3 } });
    // The high-water mark and a block for each, as the outbox grows.
    expect(grown).toBeLessThan(16 * MIB + SLOW * 64 * 1024);
    const memory = [before, grown].map((bytes) => Math.round(bytes / MIB)).join(" + ");
    if (isMeasured)
      console.log(`${String(SLOW)} slow readers: ${String(rounds)} rounds, ${memory} MiB`);
    await many.ask("close");
  });
});
