import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import {
  childrenOf,
  ended,
  type Event,
  NONE_LOST,
  SteadyClients,
  Supervised,
} from "../support/supervised.ts";

const FOLLOW = fileURLToPath(new URL("programs/follow.mjs", import.meta.url));

/** What one program of the row is: see follow.mjs. */
interface Step {
  readonly workers?: number;
  readonly share?: string;
  readonly kind?: string;
  readonly readyMs?: number;
  readonly ports?: readonly number[];
  readonly wrong?: string;
  /** Whether the program before stops this one (SIGSTOP) when it is ready. */
  readonly stops?: boolean;
  /** Whether the program before calls this one off when it has just confirmed it. */
  readonly calledOff?: boolean;
  /** Whether the program before cancels this one then. */
  readonly cancels?: boolean;
  /** Whether the program before does not confirm this one. */
  readonly orphan?: boolean;
}

function statusOf(pid: number): string {
  return readFileSync(`/proc/${String(pid)}/status`, "latin1");
}

/** The first of several programs that follow each other. */
async function first(...plan: readonly Step[]): Promise<Supervised> {
  const row = new Supervised(process.execPath, [FOLLOW, JSON.stringify(plan)]);
  try {
    row.port = (await row.until("serving")).port ?? 0;
    return row;
  } catch (error) {
    await row[Symbol.asyncDispose]();
    throw error;
  }
}

/** Has a program be followed. @returns what the next one says, when the old one has ended */
async function follow(row: Supervised, pid: number): Promise<Event> {
  process.kill(pid, "SIGUSR2");
  const next = await row.until("serving");
  await ended(pid);
  return next;
}

const COUNTS: readonly (readonly [share: string, workers: readonly number[], sockets: number])[] = [
  ["reuseport", [2, 4, 1, 3], 4],
  ["steered", [1, 3, 2], 3],
  ["shared", [2, 3, 1], 1],
  ["exclusive", [1, 2], 1],
  ["mutex", [2, 1, 2], 1],
  ["accept", [2, 1, 3], 1],
];

describe("Handover", () => {
  it.each(COUNTS)(
    "loses no client with share %s and %j workers in turn",
    async (share, counts, sockets) => {
      await using row = await first(...counts.map((workers) => ({ workers, share })));
      await using clients = await SteadyClients.start(row.port);

      let { pid } = row;
      let last: Event | null = null;
      for (let turn = 1; turn < counts.length; turn++) {
        last = await follow(row, pid);
        pid = last.pid ?? 0;
        await clients.more();
      }

      expect(await clients.finish()).toMatchObject(NONE_LOST);
      expect(last).toMatchObject({ port: row.port, sockets });
    },
  );

  it("loses no client with threads as workers", async () => {
    const step = { workers: 2, kind: "thread" };
    await using row = await first(step, step);
    await using clients = await SteadyClients.start(row.port);

    const next = await follow(row, row.pid);

    expect(await clients.finish()).toMatchObject(NONE_LOST);
    expect(next.pid).not.toBe(row.pid);
  });

  it("passes more sockets than a message can have, and the data", async () => {
    const step = { share: "accept", ports: Array.from({ length: 600 }, () => 0) };
    await using row = await first(step, step);

    const next = await follow(row, row.pid);

    expect(next).toMatchObject({ sockets: 600, port: row.port, data: { from: row.pid } });
  });

  it.each([
    ["exits", "the successor has ended: exit status 3", {}],
    ["killed", "the successor has ended: SIGKILL", {}],
    ["silent", "the successor was not ready within 2000 ms", { readyMs: 2000 }],
    ["workers exit", "the successor has ended: exit status 1", {}],
  ])("goes on when the successor fails (%s), and loses no client", async (wrong, reason, more) => {
    const good = { workers: 2, share: "shared" };
    await using row = await first({ ...good, ...more }, { ...good, wrong });
    await using clients = await SteadyClients.start(row.port);

    process.kill(row.pid, "SIGUSR2");
    const { failed } =
      wrong === "silent"
        ? await row.untilEach("failed", "not needed")
        : await row.untilEach("failed");

    expect(failed).toMatchObject({ pid: row.pid, reason });
    expect(await clients.finish()).toMatchObject(NONE_LOST);
  });

  it.each([
    ["is killed", "dies", "the successor has ended: SIGKILL"],
    ["exits", "exits late", "the successor has ended: exit status 4"],
  ])("goes on when a successor %s that has said that it takes over", async (_, wrong, reason) => {
    const step = { workers: 1, share: "shared" };
    await using row = await first(step, { ...step, wrong });

    process.kill(row.pid, "SIGUSR2");

    expect(await row.until("failed")).toMatchObject({ pid: row.pid, reason });
    await using clients = await SteadyClients.start(row.port);
    expect(await clients.finish()).toMatchObject(NONE_LOST);
  });

  it("leaves when a successor lets go that does not answer that it has heard so", async () => {
    await using row = await first({ workers: 1 }, { workers: 1, wrong: "unanswered" });
    await using clients = await SteadyClients.start(row.port);

    const next = await follow(row, row.pid);

    expect(next).toMatchObject({ port: row.port });
    expect(await clients.finish()).toMatchObject(NONE_LOST);
  });

  it("goes on when a successor lets go before it serves alone", async () => {
    await using row = await first({ workers: 1 }, { wrong: "lets go" });

    process.kill(row.pid, "SIGUSR2");
    const { failed, "let go": successor } = await row.untilEach("failed", "let go");
    process.kill(successor.pid ?? 0, "SIGKILL");

    expect(failed).toMatchObject({ reason: "the successor has closed its socket" });
    await using clients = await SteadyClients.start(row.port);
    expect(await clients.finish()).toMatchObject(NONE_LOST);
  });

  it("can be tried again after a failure", async () => {
    await using row = await first({ workers: 1 }, { wrong: "exits" });

    process.kill(row.pid, "SIGUSR2");
    await row.until("failed");
    process.kill(row.pid, "SIGUSR2");

    expect(await row.until("failed")).toMatchObject({
      reason: "the successor has ended: exit status 3",
    });
  });

  it("lets a successor end when the program before is killed meanwhile", async () => {
    await using row = await first({ workers: 1 }, { wrong: "silent" });

    process.kill(row.pid, "SIGUSR2");
    const { pid = 0 } = await row.until("silent");
    process.kill(row.pid, "SIGKILL");

    expect(await row.until("not needed")).toMatchObject({ pid });
    await ended(pid);
  });

  it.each([
    ["does not answer", "the successor did not take over within 5000 ms", {}],
    ["is called off", "called off", { calledOff: true }],
    ["is cancelled", "the successor was called off", { cancels: true }],
  ])("goes on alone when a successor that is to take over %s", async (_, reason, more) => {
    await using row = await first(
      { workers: 1, share: "shared" },
      { share: "shared", stops: true, ...more },
    );
    await using clients = await SteadyClients.start(row.port);

    process.kill(row.pid, "SIGUSR2");
    const failed = await row.until("failed");
    const [successor = 0] = childrenOf(row.pid).filter((pid) => /^State:\s+T/m.test(statusOf(pid)));
    process.kill(successor, "SIGCONT");

    expect(failed.reason).toBe(reason);
    expect(await row.until("not needed")).toMatchObject({ pid: successor });
    await ended(successor);
    expect(await clients.finish()).toMatchObject(NONE_LOST);
    expect(row.events.filter(({ event }) => event === "serving").length).toBe(1);
  });

  it("lets a successor that is ready serve when the program before is killed", async () => {
    await using row = await first({ workers: 1 }, { orphan: true });

    process.kill(row.pid, "SIGUSR2");
    const { pid } = await row.until("unconfirmed");
    process.kill(row.pid, "SIGKILL");

    expect(await row.until("serving")).toMatchObject({ pid, port: row.port });
    await using clients = await SteadyClients.start(row.port);
    expect(await clients.finish()).toMatchObject(NONE_LOST);
  });
});
