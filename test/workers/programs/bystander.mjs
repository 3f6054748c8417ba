// bystander.mjs unlisted|numbered: terminates a worker thread that expects a child, beside a process that is not that child.
// Prints what has become of that one.
//   unlisted: the thread's own process, when no descriptor was free for a list of its processes.
//   numbered: one whose number here is that of the child in /proc, which shows another namespace.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { sys } from "pollux";

const sleep = () => spawn("sleep", ["1000"], { stdio: "ignore" });

/** Calls it while this process may open nothing. */
function withoutDescriptors(call) {
  const limit = sys.getrlimit(sys.RLIMIT_NOFILE);
  sys.setrlimit(sys.RLIMIT_NOFILE, { ...limit, soft: 3 });
  try {
    call();
  } finally {
    sys.setrlimit(sys.RLIMIT_NOFILE, limit);
  }
}

function isRunning(pid) {
  try {
    return sys.waitid(sys.P_PID, pid, sys.WEXITED | sys.WNOHANG | sys.WNOWAIT) === null;
  } catch {
    return false; // ECHILD: it was waited for
  }
}

if (!isMainThread) {
  if (workerData === "unlisted") {
    const { pid } = sleep();
    withoutDescriptors(() => sys.expectChild(true));
    parentPort.postMessage(pid);
  } else {
    sys.expectChild(true);
    sleep();
    parentPort.postMessage(Number(readFileSync("/proc/thread-self/children", "utf8")));
  }
  for (;;);
}

const [, , kind] = process.argv;
const thread = new Worker(new URL(import.meta.url), { workerData: kind });
const [number] = await once(thread, "message");
if (kind === "numbered") {
  writeFileSync("/proc/sys/kernel/ns_last_pid", String(number - 1));
  const stranger = sleep();
  if (stranger.pid !== number) throw new Error(`${stranger.pid} is not ${number}`);
}
await thread.terminate();
console.log(isRunning(number) ? "runs" : "was ended");
process.kill(number, "SIGKILL");
