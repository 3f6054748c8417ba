// terminated.mjs Supervisor|ProcessPerConnection STATE [OPTIONS]: terminates a worker thread that has started processes as soon as all
// are in this state. Says in JSON which they were, and afterwards which children this process has, zombies too.
import childProcess from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { fileURLToPath } from "node:url";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import * as pollux from "pollux";

const COUNT = 4;
// With the first process, the thread goes no further.
const BLOCKING = ["spawned", "exited"];

if (isMainThread) {
  const [name, state, options = "{}"] = process.argv.slice(2);
  const thread = new Worker(new URL(import.meta.url), { workerData: { name, state, options } });
  const pids = [];
  await new Promise((resolve) => {
    thread.on("message", (pid) => {
      if (pids.push(pid) === (BLOCKING.includes(state) ? 1 : COUNT)) resolve();
    });
  });
  if (state === "stopped") for (const pid of pids) process.kill(pid, "SIGSTOP");
  await thread.terminate();
  console.log(JSON.stringify({ pids, left: childrenOf(process.pid) }));
} else {
  const { name, state, options } = workerData;
  const tell = (change) => {
    const wanted = state === "stopped" ? "ready" : state;
    if (change.state !== wanted) return;
    parentPort.postMessage(change.pid);
    while (state === "exited"); // before node:child_process has waited for it
  };
  if (state === "spawned") {
    const { spawn } = childProcess;
    childProcess.spawn = (...args) => {
      parentPort.postMessage(spawn(...args).pid);
      for (;;);
    };
    syncBuiltinESMExports();
  }
  await pollux[name].start(fileURLToPath(new URL("echo.mjs", import.meta.url)), {
    ...(name === "Supervisor"
      ? { workers: COUNT, onWorker: tell }
      : { children: COUNT, spare: COUNT, onChild: tell }),
    listen: [{ address: "127.0.0.1", port: 0 }],
    ...JSON.parse(options),
  });
}

/** Process ids and states. */
function childrenOf(parent) {
  const found = [];
  for (const each of readdirSync("/proc").filter((file) => /^\d+$/.test(file))) {
    try {
      const stat = readFileSync(`/proc/${each}/stat`, "latin1");
      const [state, ppid] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      if (Number(ppid) === parent) found.push({ pid: Number(each), state });
    } catch {
      // It has ended meanwhile.
    }
  }
  return found;
}
