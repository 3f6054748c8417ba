// Makes one call of calls.mjs each time that a line says which, and answers with its error. The main
// thread only sleeps meanwhile, in futex(2): the next system call of a traced name is the one meant.
import { readdirSync, readSync, writeSync } from "node:fs";
import { Worker, isMainThread, workerData } from "node:worker_threads";
import { sys } from "../../dist/lib/index.js";
import { callsOf } from "./calls.mjs";

const [GENERATION, INDEX] = [0, 1];
const answer = (value) => writeSync(1, `${JSON.stringify(value)}\n`);
const descriptors = () => readdirSync("/proc/self/fd").length;

function attempt(call) {
  try {
    return { answer: String(call()) };
  } catch (error) {
    const { code = null, errno, syscall = null } = error;
    return { code, errno, syscall };
  }
}

function serve(shared) {
  const calls = Object.entries(callsOf(sys));
  answer(Object.fromEntries(calls.map(([name, [kernelCall]]) => [name, kernelCall])));
  const before = descriptors();
  for (let seen = 0; ; seen++) {
    Atomics.wait(shared, GENERATION, seen);
    const [name, [, call, syscall = name]] = calls[shared[INDEX]];
    const result = attempt(call);
    answer({ name, expected: syscall, opened: descriptors() - before, ...result });
  }
}

/** In a worker, which nobody traces. */
function listen(shared) {
  const buffer = Buffer.alloc(16);
  for (let length = readSync(0, buffer); length > 0; length = readSync(0, buffer)) {
    shared[INDEX] = Number(buffer.toString("latin1", 0, length));
    Atomics.add(shared, GENERATION, 1);
    Atomics.notify(shared, GENERATION);
  }
  process.kill(process.pid, "SIGKILL");
}

if (isMainThread) {
  const shared = new Int32Array(new SharedArrayBuffer(8));
  new Worker(new URL(import.meta.url), { workerData: shared });
  serve(shared);
} else {
  listen(workerData);
}
