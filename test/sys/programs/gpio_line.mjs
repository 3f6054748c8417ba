// Requests a line of a GPIO chip in a worker, ends the worker, and prints what the line's descriptor was before and is
// after, as /proc names it. With "taken-back", the worker says that the descriptor is not its own.
import { closeSync, openSync, readlinkSync } from "node:fs";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { sys } from "../../../dist/lib/index.js";

function nameOf(fd) {
  try {
    return readlinkSync(`/proc/self/fd/${String(fd)}`);
  } catch (error) {
    return error.code;
  }
}

if (isMainThread) {
  const worker = new Worker(new URL(import.meta.url), { workerData: process.argv[2] });
  worker.once("message", async (fd) => {
    const before = nameOf(fd);
    await worker.terminate();
    process.stdout.write(JSON.stringify([before, nameOf(fd)]));
  });
} else {
  const chip = openSync("/dev/null");
  const { GPIO_V2_GET_LINE_IOCTL, GPIO_V2_LINE_REQUEST } = sys;
  const { fd } = sys.ioctlStruct(chip, GPIO_V2_GET_LINE_IOCTL, GPIO_V2_LINE_REQUEST, {
    num_lines: 1,
  });
  closeSync(chip);
  if (workerData === "taken-back") sys.disown(fd);
  parentPort.postMessage(fd);
  parentPort.on("message", () => undefined);
}
