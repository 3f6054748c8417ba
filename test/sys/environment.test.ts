import { once } from "node:events";
import { readlinkSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as sys from "../../lib/sys/index.ts";
import { openDescriptors } from "../support/descriptors.ts";
import { startWorker } from "./processes.ts";
import { opened, openPipe } from "./support.ts";

const isOpen = (fd: number): boolean => {
  try {
    return sys.fcntl(fd, sys.F_GETFD) >= 0;
  } catch {
    return false;
  }
};

describe("uv_backend_fd(3)", () => {
  it("is the epoll of Node's own loop, the same each time", () => {
    const fd = sys.uvBackendFd();

    expect(readlinkSync(`/proc/self/fd/${String(fd)}`)).toBe("anon_inode:[eventpoll]");
    expect(sys.uvBackendFd()).toBe(fd);
  });

  it("becomes readable when the loop has something to do", async () => {
    const fds = new sys.PollFds(1);
    fds.set(0, sys.uvBackendFd() ?? -1, sys.POLLIN);
    const worker = startWorker("parentPort.postMessage(1);");

    const ready = sys.poll(fds, 1, 30_000);

    expect([ready, fds.revents(0)]).toEqual([1, sys.POLLIN]);
    await worker.terminate();
  });

  it("differs from thread to thread", async () => {
    const worker = startWorker("parentPort.postMessage(native.uv_backend_fd());");

    const [theirs] = (await once(worker, "message")) as [number];

    expect(theirs).toBeGreaterThanOrEqual(0);
    expect(theirs).not.toBe(sys.uvBackendFd());
    await worker.terminate();
  });
});

describe("own", () => {
  it("closes a descriptor when its worker is terminated", async () => {
    const [readEnd, writeEnd] = sys.pipe2(sys.O_NONBLOCK);
    opened(readEnd);
    const worker = startWorker("native.own(workerData); parentPort.postMessage(1);", writeEnd);
    await once(worker, "message");
    const before = sys.read(readEnd, Buffer.alloc(1));

    await worker.terminate();

    expect([before, sys.read(readEnd, Buffer.alloc(1))]).toEqual([null, 0]);
  });

  it("leaves a descriptor alone that was taken back", async () => {
    const [readEnd, writeEnd] = openPipe();
    const code = "native.own(workerData); native.disown(workerData);";
    const worker = startWorker(`${code} parentPort.postMessage(1);`, writeEnd);
    await once(worker, "message");

    await worker.terminate();

    expect(sys.read(readEnd, Buffer.alloc(1))).toBeNull();
  });

  it("is taken back without closing by disown", () => {
    const [fd] = openPipe();
    sys.own(fd);

    sys.disown(fd);

    expect(isOpen(fd)).toBe(true);
  });
});

describe("the environment's end", () => {
  const open = [
    "native.socket(1, 1, 0)",
    "native.socketpair(1, 1, 0, new Int32Array(2))",
    "native.pipe2(new Int32Array(2), 0)",
    "native.epoll_create1(0)",
    "native.eventfd(0, 0)",
    "native.timerfd_create(1, 0)",
    `native.fcntl(0, ${String(sys.F_DUPFD)}, 0)`,
  ];

  it.each(open)("closes what %s opened in a worker that is terminated", async (call) => {
    const before = openDescriptors();
    const worker = startWorker(`${call}; parentPort.postMessage(1);`, 0);
    await once(worker, "message");

    await worker.terminate();

    expect(openDescriptors()).toEqual(before);
  });

  it("leaves alone what was closed there, when its number is in use again", async () => {
    const code = "const fd = native.eventfd(0, 0); native.close(fd); parentPort.postMessage(fd);";
    const worker = startWorker(code, 0);
    const [fd] = (await once(worker, "message")) as [number];
    const reused = opened(sys.fcntl(0, sys.F_DUPFD, fd));

    await worker.terminate();

    expect(isOpen(reused)).toBe(true);
  });
});
