import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { Worker } from "node:worker_threads";
import { beforeAll, describe, expect, it } from "vitest";
import { openDescriptors } from "../support/descriptors.ts";
import { hasIoUring } from "./io_uring_rings.ts";
import { runScript, startWorker } from "./processes.ts";

const READY = "parentPort.postMessage(1);";
const MIB = 2 ** 20;
/** So large that a buffer which stays mapped stands out in the size of the process. */
const BUFFER = 512 * MIB;

const SETUP = `
  const open = (bufferSize = 4096) => native.io_uring_setup(8, new Uint8Array(120), bufferSize);
  const pipe = new Int32Array(2);
  native.pipe2(pipe, 0);
  const pair = new Int32Array(2);
  native.socketpair(native.AF_UNIX, native.SOCK_STREAM, 0, pair);
  const start = (ring) => {
    native.io_uring_prep_read(ring, pipe[0], 0, 4096, -1, 1);
    native.io_uring_prep_recv(ring, pair[0], 0, 4096, 0, 2);
    native.io_uring_prep_poll_add(ring, pipe[0], native.POLLIN, 3);
    native.io_uring_prep_timeout(ring, 1e9, 0, 4);
    native.io_uring_enter(ring, 4, 0, 0);
    native.io_uring_prep_recv(ring, pair[0], 0, 4096, 0, 5);
    return ring;
  };
  globalThis.kept = [];`;

// What a worker is doing when it ends.
const situations: Record<string, string> = {
  "a ring without requests": "kept.push(open());",
  "requests under way": "kept.push(start(open()));",
  "requests under way into much memory": `kept.push(start(open(${String(BUFFER)})));`,
  "many rings": "for (let i = 0; i < 30; i++) kept.push(start(open()));",
  "requests that have completed": `
    const ring = start(open());
    native.write(pipe[1], new Uint8Array(9), 0, 9);
    native.send(pair[1], new Uint8Array(9), 0, 9, 0);
    kept.push(ring);`,
  "completions that the queue has no room for": `
    const ring = open();
    for (let i = 0; i < 40; i++) {
      native.io_uring_prep_nop(ring, i);
      native.io_uring_enter(ring, 1, 0, 0);
    }
    kept.push(start(ring));`,
  "a ring whose descriptor was closed": `
    const ring = start(open());
    native.close(native.io_uring_fd(ring));
    kept.push(ring);`,
  "a ring that was closed": "native.io_uring_queue_exit(start(open()));",
  "a ring that was forgotten": "start(open());",
  "a ring whose work waits for its thread": `
    const params = new Uint8Array(120);
    const flags = native.structs.io_uring_params.fields.flags.offset;
    new DataView(params.buffer).setUint32(flags,
      native.IORING_SETUP_SINGLE_ISSUER | native.IORING_SETUP_DEFER_TASKRUN,
      require("node:os").endianness() === "LE");
    const ring = native.io_uring_setup(8, params, 1);
    if (typeof ring === "object") {
      start(ring);
      native.send(pair[1], new Uint8Array(9), 0, 9, 0);
      kept.push(ring);
    }`,
};

/** The rings that are mapped, and the size of all that is. The runtime has rings of its own. */
function mapped(): { rings: number; bytes: number } {
  const rings = readFileSync("/proc/self/maps", "latin1").match(/\[io_uring\]$/gm)?.length ?? 0;
  const [, kib] = /^VmSize:\s+(\d+)/m.exec(readFileSync("/proc/self/status", "latin1")) ?? [];
  return { rings, bytes: Number(kib) * 1024 };
}

/** Runs a worker that ends as `end` has it, and looks at what is left afterwards. */
async function leavesNothing(code: string, end: (worker: Worker) => unknown): Promise<void> {
  const [descriptors, before] = [openDescriptors(), mapped()];
  const worker = startWorker(`${SETUP}${code}`);
  const exit = once(worker, "exit");
  await once(worker, "message");
  await end(worker);
  await exit;
  const after = mapped();
  expect(openDescriptors()).toEqual(descriptors);
  expect(after.rings).toBe(before.rings);
  expect(after.bytes - before.bytes).toBeLessThan(BUFFER / 2);
}

// The first worker of a process leaves libuv's own descriptors and memory behind.
beforeAll(async () => {
  const worker = startWorker(READY);
  await once(worker, "message");
  await worker.terminate();
});

describe.runIf(hasIoUring).each(Object.entries(situations))("with %s", (_, code) => {
  it("worker.terminate() leaves neither descriptors nor memory", async () => {
    await leavesNothing(`${code} ${READY}`, (worker) => worker.terminate());
  });

  it("process.exit() in a worker leaves neither descriptors nor memory", async () => {
    const exit = "parentPort.once('message', () => process.exit());";

    await leavesNothing(`${code} ${exit} ${READY}`, (worker) => {
      worker.postMessage(1);
    });
  });

  it("process.exit() ends the process with its own code", async () => {
    const ended = await runScript(`${SETUP}${code}\nsetTimeout(() => process.exit(7), 10);`);

    expect(ended).toEqual({ code: 7, signal: null, stdout: "", stderr: "" });
  });
});

describe.runIf(hasIoUring)("worker.terminate()", () => {
  it.each([
    "native.io_uring_queue_exit(start(open()));",
    "if (i < 100) start(open());",
    "native.io_uring_prep_nop(ring, i); native.io_uring_enter(ring, 1, 1, 1); native.io_uring_cq_advance(ring, 1);",
    "native.io_uring_prep_timeout(ring, 1e6, 0, 1); native.io_uring_enter(ring, 1, 0, 0);",
  ])("ends a worker at any moment of: %s", async (code) => {
    const loop = `const ring = open(); for (let i = 0; ; i++) { if (i === 9) ${READY} ${code} }`;

    for (let round = 0; round < 15; round++) {
      await leavesNothing(loop, (worker) => worker.terminate());
    }
  });
});
