import { once } from "node:events";
import { readlinkSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { expect, it } from "vitest";
import * as sys from "../../lib/sys/index.ts";
import { openPair, openPipe } from "./support.ts";

const ADDON_ROOT = fileURLToPath(new URL("../..", import.meta.url));

// Receives what waits in workerData, with either call, and then neither keeps nor closes it.
const RECEIVE = `
  const { parentPort, workerData } = require("node:worker_threads");
  const native = require("node-gyp-build")(${JSON.stringify(ADDON_ROOT)});
  const control = new Uint8Array(64);
  const data = new Uint8Array(1);
  const { fd, call } = workerData;
  const result = call === "recvmsg"
    ? native.recvmsg(fd, [data], null, control, new Uint32Array(3), 0)
    : native.recvmmsg(fd, null, data, 1, null, control, 64, new Int32Array(4), 0, 1, 0, 0);
  parentPort.postMessage({ result, received: [...new Int32Array(control.buffer, 16, 2)] });
  setInterval(() => undefined, 1000);
`;

it.each(["recvmsg", "recvmmsg"])(
  "%s notes the descriptors that come in: they are closed when the thread is terminated",
  async (call) => {
    const [here, there] = openPair(sys.SOCK_DGRAM);
    const [readEnd, writeEnd] = openPipe();
    const control = new Uint8Array(24);
    new BigUint64Array(control.buffer)[0] = 24n;
    const SCM_RIGHTS = 1;
    new Int32Array(control.buffer).set([sys.SOL_SOCKET, SCM_RIGHTS, readEnd, writeEnd], 2);
    sys.sendmsg(there, [Buffer.from("x")], null, control);

    const worker = new Worker(RECEIVE, { eval: true, workerData: { fd: here, call } });
    const [{ result, received }] = (await once(worker, "message")) as [
      { result: number; received: number[] },
    ];
    const targets = received.map((fd) => readlinkSync(`/proc/self/fd/${fd}`));
    await worker.terminate();

    expect(result).toBe(1);
    expect(targets).toEqual([readEnd, writeEnd].map((fd) => readlinkSync(`/proc/self/fd/${fd}`)));
    for (const fd of received) {
      expect(() => readlinkSync(`/proc/self/fd/${fd}`)).toThrow("ENOENT");
    }
  },
);
