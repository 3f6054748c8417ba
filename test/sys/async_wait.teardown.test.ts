import { once } from "node:events";
import type { Worker } from "node:worker_threads";
import { beforeAll, describe, expect, it } from "vitest";
import { openDescriptors } from "../support/descriptors.ts";
import { runScript, startWorker, threadIds, turn, until } from "./processes.ts";

const READY = "parentPort.postMessage(1);";
const SLOT = "new Uint8Array(8)";

// What a worker is doing when it ends.
const situations: Record<string, string> = {
  "a loop poll that was never started": `native.loop_poll_create(native.eventfd(1, 0), () => 0);`,
  "a loop poll that waits": `
    const poll = native.loop_poll_create(native.eventfd(0, 0), () => 0);
    native.loop_poll_start(poll);
    native.loop_poll_ref(poll, true);`,
  "a loop poll that reports in every turn": `
    native.loop_poll_start(native.loop_poll_create(native.eventfd(1, 0), () => 0));`,
  "a loop poll that is being closed": `
    const poll = native.loop_poll_create(native.eventfd(1, 0), () => 0);
    native.loop_poll_start(poll);
    setInterval(() => native.loop_poll_close(poll), 0);`,
  "a wait thread that is idle": "native.wait_thread_create(() => 0);",
  "a wait thread in mid-wait": `
    const thread = native.wait_thread_create(() => 0);
    native.wait_thread_poll(thread, ${SLOT}, 0, -1);
    native.wait_thread_ref(thread, true);`,
  "a wait thread in pselect": `
    const thread = native.wait_thread_create(() => 0);
    native.wait_thread_select(thread, 1, ${SLOT}, null, null, 1e9);`,
  "a wait thread that reports without a pause": `
    const wait = () => native.wait_thread_poll(thread, ${SLOT}, 0, 0);
    const thread = native.wait_thread_create(wait);
    wait();`,
  "a wait thread that was closed": `
    native.wait_thread_close(native.wait_thread_create(() => 0));`,
  "fifty of both": `
    const kept = [];
    for (let i = 0; i < 50; i++) {
      const poll = native.loop_poll_create(native.eventfd(1, 0), () => 0);
      const thread = native.wait_thread_create(() => 0);
      native.loop_poll_start(poll);
      native.wait_thread_poll(thread, ${SLOT}, 0, i % 2);
      kept.push(poll, thread);
    }`,
};

async function message(worker: Worker): Promise<unknown> {
  const [received] = (await once(worker, "message")) as [unknown];
  return received;
}

// The first worker of a process leaves libuv's own descriptors and threads behind.
beforeAll(async () => {
  const worker = startWorker(READY);
  await message(worker);
  await worker.terminate();
});

/** Runs a worker that ends as `end` has it, and looks at what is left afterwards. */
async function leavesNothing(code: string, end: (worker: Worker) => unknown): Promise<void> {
  const [descriptors, threads] = [openDescriptors(), threadIds()];
  const worker = startWorker(code);
  const exit = once(worker, "exit");
  await message(worker);
  await end(worker);
  await exit;
  expect(openDescriptors()).toEqual(descriptors);
  await until(() => threadIds().every((id) => threads.includes(id)));
}

describe.each(Object.entries(situations))("with %s", (_, code) => {
  it("worker.terminate() leaves neither descriptors nor threads", async () => {
    await leavesNothing(`native.epoll_create1(0); ${code} ${READY}`, async (worker) => {
      await turn();
      await worker.terminate();
    });
  });

  it("process.exit() in a worker leaves neither descriptors nor threads", async () => {
    const exit = "parentPort.once('message', () => process.exit());";

    await leavesNothing(`native.epoll_create1(0); ${code} ${exit} ${READY}`, (worker) =>
      worker.postMessage(1),
    );
  });

  it("process.exit() ends the process with its own code", async () => {
    const ended = await runScript(`${code}\nsetTimeout(() => process.exit(7), 10);`);

    expect(ended).toEqual({ code: 7, signal: null, stdout: "", stderr: "" });
  });
});

describe("worker.terminate()", () => {
  // Kept, because what is collected calls nobody.
  it.each([
    `globalThis.kept = native.loop_poll_create(native.eventfd(1, 0), spin); native.loop_poll_start(kept);`,
    `globalThis.kept = native.wait_thread_create(spin); native.wait_thread_poll(kept, ${SLOT}, 0, 0);`,
  ])("ends a callback that never returns: %s", async (code) => {
    await leavesNothing(
      `const spin = () => { ${READY} for (;;); }; ${code}`,
      async (worker) => await worker.terminate(),
    );
  });

  // Those that keep what they make end in a loop without calls, before memory runs out.
  it.each([
    "native.loop_poll_close(native.loop_poll_create(fd, () => 0));",
    "native.wait_thread_close(native.wait_thread_create(() => 0));",
    "native.loop_poll_start(poll); native.loop_poll_stop(poll);",
    `native.wait_thread_poll(thread, ${SLOT}, 0, 0); native.wait_thread_cancel(thread);`,
    "if (i < 200) native.loop_poll_start(native.loop_poll_create(fd, () => 0));",
    `if (i < 200) native.wait_thread_poll(native.wait_thread_create(() => 0), ${SLOT}, 0, 0);`,
  ])("ends a worker at any moment of: %s", async (code) => {
    const worker = `
      const fd = native.eventfd(1, 0);
      const poll = native.loop_poll_create(fd, () => 0);
      const thread = native.wait_thread_create(() => 0);
      for (let i = 0; ; i++) { if (i === 9) ${READY} ${code} }`;

    for (let round = 0; round < 15; round++) {
      await leavesNothing(worker, (started) => started.terminate());
    }
  });
});
