import { once } from "node:events";
import type { Worker } from "node:worker_threads";
import { fileURLToPath } from "node:url";
import { expect, vi } from "vitest";
import { openDescriptors } from "../../support/descriptors.ts";
import { type Ended, run } from "../../support/program.ts";
import type { Claim } from "../contract.ts";
import { PATIENCE_MS } from "./fixture.ts";
import { threads } from "./pending.ts";
import { startWorker } from "./threads.ts";

const SCRIPT = fileURLToPath(new URL("../workers/async_process.mjs", import.meta.url));
/** Each waits in three multiplexers. */
const TERMINATED = 20;
const AT_ONCE = 5;

export function describeAsyncProcesses(claim: Claim): void {
  describeEndings(claim);
  describeProcess(claim);
  describeWorkers(claim);
}

/** What each program prints, and its exit code. */
const ENDINGS: Record<string, [mode: string, stdout: string, code: number]> = {
  "keeps the process alive while it is pending": ["pending", "ended with 0\n", 0],
  "lets the process end after unref()": ["unrefBefore", "", 0],
  "lets the process end after unref() while it is pending": ["unrefWhilePending", "", 0],
  "keeps to unref() in later waits": ["unrefThenAgain", "", 0],
  "keeps the process alive after unref() and ref()": ["refAgain", "ended with 0\n", 0],
  "keeps the process alive after ref() while it is pending": [
    "refWhilePending",
    "ended with 0\n",
    0,
  ],
  "lets the process end when it is over, with the multiplexer open": ["over", "ended with 1\n", 0],
  "lets the process end when it was aborted": ["aborted", "TimeoutError\n", 0],
  "keeps the process alive while a wait goes on, also through a stale registration": [
    "staleWhileItGoesOn",
    "ended with 0\n",
    0,
  ],
  "lets process.exit() end the process in mid-wait": ["exit", "", 7],
  "lets process.exit() end the process in a handler": ["exitInHandler", "", 7],
  "lets the process end after unref() also where a regular file is watched": [
    "unrefWithFile",
    "",
    0,
  ],
  "goes on waiting when something has thrown right after a handler": [
    "throwInNextTick",
    "oops\nended with 1\nended with 0\n",
    0,
  ],
  "makes a rejection that nobody handles an unhandled one": ["throwInHandler", "oops\n", 7],
};

function describeEndings(claim: Claim): void {
  for (const [title, [mode, stdout, code]] of Object.entries(ENDINGS)) {
    claim(title, async ({ mux }) => {
      expect(await child([], mux.name, mode)).toEqual({ code, signal: null, stdout, stderr: "" });
    });
  }
}

function describeProcess(claim: Claim): void {
  for (const size of ["1", "4"]) {
    claim(
      `takes no thread of libuv's pool of ${size}: files are read beside ten waits`,
      async ({ mux }) => {
        vi.stubEnv("UV_THREADPOOL_SIZE", size);
        const ended = await child([], mux.name, "files").finally(() => vi.unstubAllEnvs());

        expect(ended).toEqual({
          code: 0,
          signal: null,
          stdout: "read 4 files\nended with 0,0,0,0,0,0,0,0,0,0\n",
          stderr: "",
        });
      },
    );
  }

  claim(
    "lets go of what nobody waits for, with its thread, and keeps what waits",
    async ({ mux }) => {
      const ended = await child(["--expose-gc"], mux.name, "collected");

      expect(ended).toMatchObject({ code: 0, signal: null, stdout: "let go of 20, kept 1\n" });
    },
  );
}

function describeWorkers(claim: Claim): void {
  claim("lets workers be terminated in mid-wait, and leaves nothing open", async ({ mux }) => {
    // The first worker of a process opens and starts what stays.
    await terminate(await waitingWorker(`${mux.name} idle`));
    const [descriptors, tasks] = [openDescriptors(), threads()];

    for (let count = 0; count < TERMINATED; count += AT_ONCE) {
      const sort = count % 2 === 0 ? "idle" : "busy";
      const workers = Array.from({ length: AT_ONCE }, () => waitingWorker(`${mux.name} ${sort}`));
      for (const worker of await Promise.all(workers)) await terminate(worker);
    }

    expect(openDescriptors()).toEqual(descriptors);
    // A thread that has ended may be in the list a moment longer.
    await vi.waitUntil(() => threads() <= tasks, { timeout: PATIENCE_MS });
  });

  claim("lets worker.terminate() end a waitSync that follows on a wait", async ({ mux }) => {
    await terminate(await waitingWorker(`${mux.name} blocked`));
  });

  claim("lets a worker end itself by process.exit() in mid-wait", async ({ mux }) => {
    const before = openDescriptors();
    const worker = startWorker("async_waiting.mjs", `${mux.name} exit`);

    expect(await once(worker, "exit")).toEqual([7]);

    expect(openDescriptors()).toEqual(before);
  });
}

async function waitingWorker(data: string): Promise<Worker> {
  const worker = startWorker("async_waiting.mjs", data);
  await once(worker, "message");
  return worker;
}

async function terminate(worker: Worker): Promise<void> {
  expect(await worker.terminate()).toBe(1);
}

async function child(flags: readonly string[], name: string, mode: string): Promise<Ended> {
  return await run(process.execPath, ...flags, SCRIPT, name, mode);
}
