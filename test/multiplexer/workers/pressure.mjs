// What waits report of /proc/pressure/cpu while the processors are busy, as JSON: on each multiplexer what a wait
// that leaves the loop free, and a blocking one, have reported, and the next one, which waits no time.
import { spawn } from "node:child_process";
import { closeSync, openSync, writeSync } from "node:fs";
import { availableParallelism } from "node:os";
import { ERROR, PRIORITY, createMultiplexer } from "../../../dist/lib/index.js";

// Stalls of a millisecond within four seconds, in microseconds. The kernel reports at most one in that time.
const TRIGGER = "some 1000 4000000\n";
const LIMIT_MS = 60_000;

const busy = Array.from({ length: availableParallelism() + 1 }, () =>
  spawn("sh", ["-c", "while :; do :; done"], { stdio: "ignore" }),
);

function watch(name) {
  const target = openSync("/proc/pressure/cpu", "r+");
  writeSync(target, TRIGGER);
  const mux = createMultiplexer(name);
  mux.add(target, PRIORITY);
  return { name, mux, target };
}

/** Two waits. @returns what they report */
async function reports({ name, mux, target }, kind) {
  const found = [];
  const onReady = (_fd, events) => found.push(events & ~ERROR);
  const counts = [await mux[kind](LIMIT_MS, onReady), await mux[kind](0, onReady)];
  mux.close();
  closeSync(target);
  return [name, { counts, isPriority: found.join() === String(PRIORITY) }];
}

const results = {};
try {
  for (const kind of ["wait", "waitSync"]) {
    const watches = ["select", "poll", "epoll"].map(watch);
    results[kind] = Object.fromEntries(
      await Promise.all(watches.map((each) => reports(each, kind))),
    );
  }
} finally {
  for (const each of busy) each.kill("SIGKILL");
}
console.log(JSON.stringify(results));
