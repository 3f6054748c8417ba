import { execFile } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Worker } from "node:worker_threads";
import { expect } from "vitest";
import { openDescriptors } from "../../support/descriptors.ts";
import { run } from "../../support/program.ts";
import type { Claim } from "../contract.ts";

const WATCHDOG_MS = 30_000;

/**
 * Runs `script` in another thread, a little later, while this one may be blocked.
 *
 * @param stop - `stop[0]` in the script, by which this thread may tell it something
 */
export function later(
  script: string,
  stop = new Int32Array(new SharedArrayBuffer(4)),
): Promise<void> {
  const worker = new Worker(
    `const sleep = (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
     const stop = require("node:worker_threads").workerData;
     const write = (fd) => require("node:fs").writeSync(fd, "x");
     const signal = () => process.kill(process.pid, "SIGUSR2");
     sleep(20);
     ${script}`,
    { eval: true, workerData: stop },
  );
  return new Promise((resolve, reject) => {
    worker.on("error", reject).on("exit", () => {
      resolve();
    });
  });
}

export function describeThreads(claim: Claim): void {
  claim(
    "lets worker.terminate() end a wait without limit, and leaves nothing open",
    async ({ mux }) => {
      const before = openDescriptors();
      const worker = startWorker("blocked.mjs", mux.name);
      await once(worker, "message");

      await worker.terminate();

      expect(openDescriptors()).toEqual(before);
    },
  );

  claim("lets worker.terminate() end a wait that a signal would not end", async ({ mux }) => {
    const worker = startWorker("restarting.mjs", mux.name);
    await once(worker, "message");

    await worker.terminate();
  });

  claim("lets process.exit() end the process while a worker waits", async ({ mux }) => {
    const script = new URL("../workers/exit.mjs", import.meta.url);
    const ended = promisify(execFile)(process.execPath, [script.pathname, mux.name], {
      timeout: WATCHDOG_MS,
      killSignal: "SIGKILL",
    });

    await expect(ended).rejects.toMatchObject({ code: 7, signal: null });
  });

  claim(
    "is collected when it is forgotten, also after it has blocked, and before what it watches",
    async ({ mux }) => {
      const script = fileURLToPath(new URL("../workers/forgotten.mjs", import.meta.url));

      const { stdout } = await run(process.execPath, "--expose-gc", script, mux.name);

      const warning = mux.name === "epoll" ? " POLLUX_FORGOTTEN_DESCRIPTOR" : "";
      expect(stdout).toBe(`10 0${warning}\n`);
    },
  );

  claim("does not spin while a message is unread", async ({ mux }) => {
    const worker = startWorker("unread.mjs", mux.name);
    const answers: Record<string, number>[] = [];
    worker.on("message", (answer: Record<string, number>) => answers.push(answer));
    for (let message = 0; message < 3; message++) worker.postMessage("unread");

    await once(worker, "exit");

    // A wait that spins makes thousands of calls in this time.
    expect(answers).toEqual([{ reported: 0, waits: expect.any(Number) as number }]);
    expect(answers[0]?.["waits"]).toBeLessThan(20);
  });

  claim("lets messages arrive, which receiveMessageOnPort reads between waits", async ({ mux }) => {
    const worker = startWorker("receiving.mjs", mux.name);
    // The last message and the end may come in one turn.
    const exited = once(worker, "exit");
    await once(worker, "message");

    worker.postMessage("hello");

    expect(await once(worker, "message")).toEqual(["hello"]);
    await exited;
  });
}

/** Runs a script of `workers/` in another thread, with the name of a multiplexer. */
export function startWorker(script: string, multiplexer: string): Worker {
  return new Worker(new URL(`../workers/${script}`, import.meta.url), { workerData: multiplexer });
}
