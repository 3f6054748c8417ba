import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { ROOT } from "../structure/source.ts";
import { run } from "../support/program.ts";

const { SIGUSR1, SIGUSR2 } = constants.signals;
const bit = (signal: number): bigint => 1n << BigInt(signal - 1);

// In a child: what each thread of the process blocks, the main thread first.
const MASKS = `
  const fs = process.getBuiltinModule("node:fs");
  const maskOf = (thread) =>
    /SigBlk:\\s*(\\w+)/.exec(fs.readFileSync("/proc/self/task/" + thread + "/status", "latin1"))[1];
  const masks = () => fs.readdirSync("/proc/self/task").sort((a, b) => a - b).map(maskOf);
`;

// What a signalfd of the main thread reads after the process has sent itself SIGUSR1. A thread that does
// not block the signal takes it, and then Node.js opens its debugger: only after that is there no more.
const READ = `
  const inspector = process.getBuiltinModule("node:inspector");
  const read = async () => {
    const signals = new SignalFd(["SIGUSR1"]);
    const blocks = (mask) => (BigInt("0x" + mask) & ${String(bit(SIGUSR1))}n) !== 0n;
    const isTaken = !masks().every(blocks);
    process.kill(process.pid, "SIGUSR1");
    while (isTaken && !inspector.url()) await new Promise((resolve) => setImmediate(resolve));
    console.log(signals.take()?.signo ?? null);
    process.exit();
  };
  void read();
`;

async function masksIn(code: string): Promise<bigint[]> {
  const { stdout } = await run(process.execPath, "-e", `${MASKS}${code}`);
  return (JSON.parse(stdout) as string[]).map((mask) => BigInt(`0x${mask}`));
}

async function readOfSigusr1(file: string, load: string): Promise<unknown> {
  const directory = join(ROOT, "build-signals");
  mkdirSync(directory, { recursive: true });
  onTestFinished(() => {
    rmSync(directory, { recursive: true });
  });
  writeFileSync(join(directory, file), `${load}${MASKS}${READ}`);
  const { stdout } = await run(process.execPath, "--inspect-port=0", join(directory, file));
  return JSON.parse(stdout);
}

describe("docs/signals.md", () => {
  it("says what the threads of Node.js block", async () => {
    const [main, ...others] = await masksIn("console.log(JSON.stringify(masks()));");

    expect(main).toBe(0n);
    expect(others.filter((mask) => mask === bit(SIGUSR1))).toHaveLength(5);
    const everything = others.filter((mask) => mask !== bit(SIGUSR1));
    expect(
      everything.map((mask) => (mask & bit(SIGUSR1)) !== 0n && (mask & bit(15)) !== 0n),
    ).toEqual([true]);
  });

  it("says that four threads come with the first use of libuv's pool, and block what the main thread does", async () => {
    const before = await masksIn("console.log(JSON.stringify(masks()));");
    const after = await masksIn(
      'fs.promises.readFile("/dev/null").then(() => console.log(JSON.stringify(masks())));',
    );

    expect(after).toHaveLength(before.length + 4);
    expect(after.slice(-4)).toEqual([0n, 0n, 0n, 0n]);
  });

  it("says that a worker blocks what the thread that starts it did", async () => {
    const masks = await masksIn(`
      const { sys } = require("pollux");
      sys.pthreadSigmask(sys.SIG_BLOCK, new sys.SigSet(["SIGUSR2"]));
      const worker = new (require("node:worker_threads").Worker)("setInterval(() => 0, 1000)", { eval: true });
      worker.once("online", () => {
        console.log(JSON.stringify(masks()));
        process.exit();
      });`);

    expect(masks.filter((mask) => mask === bit(SIGUSR2))).toHaveLength(2);
  });

  it("says that a program of CommonJS can read SIGUSR1", async () => {
    const read = await readOfSigusr1("a.cjs", 'const { SignalFd } = require("pollux");');

    expect(read).toBe(SIGUSR1);
  });

  it("says that one of ES modules can from Node 22 on", async () => {
    const read = await readOfSigusr1("a.mjs", 'import { SignalFd } from "pollux";');

    expect(read).toBe(Number.parseInt(process.versions.node) < 22 ? null : SIGUSR1);
  });

  it("says that no handler runs before Reactor.runSync() has returned", async () => {
    const { stdout } = await run(
      ...[process.execPath, "-e"],
      // The kernel gives the signal to the thread that sends it, before kill() returns. A hundred turns
      // in which the handler could run follow.
      `const { Reactor, createMultiplexer } = require("pollux");
      const reactor = new Reactor(createMultiplexer("epoll"));
      const awake = setInterval(() => undefined, 1000);
      process.once("SIGUSR2", () => {
        console.log("handler");
        clearInterval(awake);
      });
      let turns = 0;
      const turn = () => (++turns < 100 ? reactor.setTimer(0, turn) : reactor.stop());
      reactor.setTimer(0, () => {
        process.kill(process.pid, "SIGUSR2");
        turn();
      });
      reactor.runSync();
      console.log("returned");`,
    );

    expect(stdout).toBe("returned\nhandler\n");
  });
});
