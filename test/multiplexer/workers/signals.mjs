// Signals beside blocking waits; prints what comes of it.
import { spawn } from "node:child_process";
import { setImmediate as turn, setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { createMultiplexer } from "../../../dist/lib/index.js";

const [, , name, mode] = process.argv;
const multiplexer = createMultiplexer(name);
const ignore = () => {};

/** Listens to SIGTERM, and waits without limit until its handler has run. */
async function untilHandled(send) {
  process.on("SIGTERM", () => {
    console.log("handled");
    process.exit(0);
  });
  await send();
  for (;;) {
    multiplexer.waitSync(undefined, ignore);
    // A timer that is due by then, which runs before Node's loop looks for signals.
    await sleep(5);
  }
}

const MODES = {
  before: () => untilHandled(() => process.kill(process.pid, "SIGTERM")),
  // The end of the child is a signal as well: one of the two goes to another thread.
  during: () =>
    untilHandled(() => {
      spawn("sh", ["-c", `sleep 0.1; kill -TERM ${process.pid}`], { stdio: "ignore" });
    }),
  between: () =>
    untilHandled(async () => {
      // Before the loop's first turn a wait ends with "signal" although none has come.
      await turn();
      multiplexer.waitSync(20, ignore);
      await sleep(1);
      multiplexer.waitSync(1, ignore);
      process.kill(process.pid, "SIGTERM");
    }),
  "by another thread": () =>
    untilHandled(() => {
      const code = `setTimeout(() => process.kill(${process.pid}, "SIGTERM"), 50)`;
      new Worker(code, { eval: true });
    }),
  // With --cpu-prof signals come all the time; SIGSTOP and SIGCONT end epoll_wait(2) as well.
  "without a handler": () => {
    const code = `sleep 0.1; kill -STOP ${process.pid}; sleep 0.1; kill -CONT ${process.pid}`;
    spawn("sh", ["-c", code], { stdio: "ignore" });
    const startMs = performance.now();
    const reported = multiplexer.waitSync(500.5, ignore);
    console.log(reported, multiplexer.endedBy, performance.now() - startMs >= 500.5);
  },
  "for others": async () => {
    process.on("SIGTERM", ignore);
    const startMs = performance.now();
    // What V8's threads have done for this one is something to dispatch, once in a while. A profiler's
    // signals come hundreds of times.
    let waits = 0;
    for (; performance.now() - startMs < 300; waits++) {
      multiplexer.waitSync(300, ignore);
      await sleep(1);
    }
    console.log(waits < 20 ? "few" : waits);
    process.exit(0);
  },
  // Whoever never lets the loop turn is told once, and then waits.
  "that nobody handles": () => {
    process.on("SIGTERM", ignore);
    process.kill(process.pid, "SIGTERM");
    const ends = [];
    for (let round = 0; round < 3; round++) {
      multiplexer.waitSync(30, ignore);
      ends.push(multiplexer.endedBy);
    }
    console.log(ends.join());
    process.exit(0);
  },
};

await MODES[mode]();
