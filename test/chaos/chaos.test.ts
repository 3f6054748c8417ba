import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EchoTotals } from "../../lib/servers/echo_server.ts";
import { BARE, PYTHON } from "../support/tools.ts";
import { Program } from "../support/program.ts";
import { RemoteClient } from "../support/remote_client.ts";
import { SERVERS, Serving } from "../support/serving.ts";

/** `npm run test:chaos -- 60 7`: a minute of it, with the seed of a run that failed. */
const SECONDS = Number(process.env["CHAOS_SECONDS"] ?? 10);
const SEED = Number(process.env["CHAOS_SEED"] ?? Math.floor(Math.random() * 2 ** 31));

const CLIENTS = fileURLToPath(new URL("clients.py", import.meta.url));
const FAULTS = fileURLToPath(new URL("faults.c", import.meta.url));
const CROWD = 60;
// With the crowd above, descriptors run out now and then.
const DESCRIPTORS = 90;
const LEAVE_MS = 10_000;
// Each restart takes as long as its slowest client.
const LIMIT_MS = 60_000 + 10 * 1000 * SECONDS;

/** What clients.py has seen. */
interface Seen {
  readonly connected: number;
  readonly whole: number;
  readonly early: number;
  readonly turnedAway: number;
  readonly left: number;
  readonly brokenOff: number;
  readonly sent: number;
  readonly received: number;
  readonly problems: readonly string[];
}

/** Numbers that depend on the seed alone (mulberry32). */
function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** What a process has open, without the numbers that differ. */
function descriptorsOf(pid: number): string[] {
  const directory = `/proc/${String(pid)}/fd`;
  return readdirSync(directory).flatMap((fd) => {
    try {
      return [readlinkSync(join(directory, fd)).replace(/\[\d+\]/, "")];
    } catch {
      return []; // closed since
    }
  });
}

/** What there is more of than before. */
function added(before: readonly string[], now: readonly string[]): string[] {
  const rest = [...before];
  return now.filter((one) => {
    const index = rest.indexOf(one);
    if (index !== -1) rest.splice(index, 1);
    return index === -1;
  });
}

function sum(all: readonly EchoTotals[], name: keyof EchoTotals): number {
  return all.reduce((total, totals) => total + totals[name], 0);
}

let directory = "";

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "pollux-chaos-"));
  const library = join(directory, "faults.so");
  execFileSync("cc", ["-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o", library, FAULTS]);
});

afterAll(() => {
  rmSync(directory, { recursive: true });
});

/** One server after the other on the same port, each with faults of its own. */
class Lives implements AsyncDisposable {
  readonly #args: readonly string[];
  readonly #seed: number;
  readonly totals: EchoTotals[] = [];
  server!: Serving;
  #number = 0;

  constructor(args: readonly string[], seed: number) {
    this.#args = args;
    this.#seed = seed;
  }

  async begin(): Promise<void> {
    const port = this.#number > 0 ? ["--port", String(this.server.port)] : [];
    // Behind a sanitizer's library, which has to be the first.
    const sanitizer = process.env["LD_PRELOAD"] ? [process.env["LD_PRELOAD"]] : [];
    const environment = [
      `LD_PRELOAD=${[...sanitizer, join(directory, "faults.so")].join(":")}`,
      `CHAOS_SEED=${String(this.#seed + this.#number++)}`,
      ...(this.#args.includes("--edge") ? ["CHAOS_WHOLE_READS=1"] : []),
    ];
    const limited = ["prlimit", `--nofile=${String(DESCRIPTORS)}`, "env", ...environment];
    this.server = await Serving.start([...this.#args, ...port], limited);
  }

  async end(): Promise<void> {
    const { code, stderr, totals } = await this.server.stop();
    // Of accept4, ENOBUFS is told, and EMFILE where the call that turns away fails as well.
    const warnings = stderr.split("\n").filter((line) => line.includes("Warning: "));
    const unexpected = warnings.filter((line) => !/accept4 (ENOBUFS|EMFILE)$/.test(line));
    expect({ code, unexpected }).toEqual({ code: 0, unexpected: [] });
    this.totals.push(totals);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]();
  }
}

describe.each(SERVERS)("pollux serve, %s", (_name, args) => {
  it(
    `loses no byte, descriptor or count in chaos, seed ${String(SEED)}`,
    async () => {
      const roll = dice(SEED);
      await using lives = new Lives(args, SEED);
      await lives.begin();
      // Served once, it has all open that it needs.
      await using first = await RemoteClient.connect(lives.server.port);
      await first.ask("fetch", 1);
      await first.ask("close");
      const before = descriptorsOf(lives.server.pid);
      const crowd = [lives.server.port, SEED, CROWD].map(String);
      await using clients = new Program(PYTHON, [...BARE, CLIENTS, ...crowd]);

      let stops = 0;
      const endMs = performance.now() + (SECONDS * 1000) / SERVERS.length;
      while (performance.now() < endMs) {
        await setTimeout(20 + roll(200));
        if (roll(4) === 0) {
          await lives.end();
          await lives.begin();
          stops++;
        } else if (roll(2) === 0) {
          lives.server.program.kill("SIGSTOP");
          await setTimeout(roll(100));
          lives.server.program.kill("SIGCONT");
        }
      }
      clients.say("finish");
      const seen = JSON.parse(await clients.nextLine()) as Seen;
      const { pid } = lives.server;
      await expect.poll(() => added(before, descriptorsOf(pid)), { timeout: LEAVE_MS }).toEqual([]);
      await lives.end();

      const { totals } = lives;
      const story = `npm run test:chaos -- ${String(SECONDS)} ${String(SEED)}: ${JSON.stringify({ seen, totals, stops })}`;
      if (process.env["CHAOS_SECONDS"]) console.log(story);
      expect(seen.problems, story).toEqual([]);
      expect(seen.whole, story).toBeGreaterThan(0);
      expect(seen.brokenOff, story).toBe(0);
      expect(seen.connected + 1, story).toBe(sum(totals, "connections") + sum(totals, "rejected"));
      expect(sum(totals, "broken"), story).toBeLessThanOrEqual(seen.left);
      expect(sum(totals, "open"), story).toBe(0);
      expect(sum(totals, "bytesIn"), story).toBeLessThanOrEqual(seen.sent + 1);
      expect(sum(totals, "bytesOut"), story).toBeGreaterThanOrEqual(seen.received);
      if (stops > 0) return;
      expect(seen.early + seen.turnedAway, story).toBeLessThanOrEqual(sum(totals, "rejected"));
    },
    LIMIT_MS,
  );
});
