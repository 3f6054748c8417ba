import { describe, expect, it } from "vitest";
import * as sys from "../../lib/sys/index.ts";
import { until } from "./processes.ts";
import { NOT_OPEN, opened, openListener, openPipe } from "./support.ts";
import { Thread } from "./wait_thread.ts";

function setOf(fd: number): Int32Array {
  const set = new sys.FdSet(fd + 1);
  set.set(fd);
  return set.words;
}

describe.each([
  [
    "ppoll(2) on a thread",
    (thread: Thread, fd: number, timeoutMs?: number) => thread.poll(fd, sys.POLLIN, timeoutMs),
  ],
  [
    "pselect(2) on a thread",
    (thread: Thread, fd: number, timeoutMs = -1) =>
      sys.waitThreadSelect(thread.handle, fd + 1, setOf(fd), null, null, timeoutMs),
  ],
] as const)("%s", (_, wait) => {
  it("runs the callback once when a descriptor becomes readable", async () => {
    const [readEnd, writeEnd] = openPipe();
    const thread = new Thread();
    wait(thread, readEnd);
    await thread.settled();
    const before = thread.runs;

    sys.write(writeEnd, Buffer.from("x"));
    await until(() => thread.runs > 0);
    sys.waitThreadCancel(thread.handle);
    await thread.settled();

    expect([before, thread.runs]).toEqual([0, 1]);
  });

  it("runs it again for each wait, also one that the callback starts", async () => {
    const [readEnd, writeEnd] = openPipe();
    sys.write(writeEnd, Buffer.from("x"));
    const thread = new Thread(() => {
      if (thread.runs < 100) wait(thread, readEnd);
    });

    wait(thread, readEnd);
    await until(() => thread.runs === 100);
    await thread.settled();

    expect(thread.runs).toBe(100);
  });

  it.each([0, 0.25, 20])("runs it when %d ms have passed, never before", async (timeoutMs) => {
    const [readEnd] = openPipe();
    const thread = new Thread();
    const start = process.hrtime.bigint();

    wait(thread, readEnd, timeoutMs);
    await until(() => thread.runs > 0);

    const elapsedMs = Number(process.hrtime.bigint() - start) / 1e6;
    expect(elapsedMs).toBeGreaterThanOrEqual(timeoutMs);
  });

  it.each([-1, Infinity, 2 ** 40])("waits without wrapping for %d ms", async (timeoutMs) => {
    const [readEnd] = openPipe();
    const thread = new Thread();

    wait(thread, readEnd, timeoutMs);
    await thread.settled();

    expect(thread.runs).toBe(0);
  });

  it("gives up a wait when another is started: only what that waits for counts", async () => {
    const [[first], [second, writeEnd]] = [openPipe(), openPipe()];
    const thread = new Thread();
    wait(thread, first);
    await thread.settled();

    wait(thread, second);
    sys.write(writeEnd, Buffer.from("x"));
    await until(() => thread.runs > 0);

    expect(thread.runs).toBe(1);
  });

  it("gives up a wait that is cancelled", async () => {
    const [readEnd, writeEnd] = openPipe();
    const thread = new Thread();
    wait(thread, readEnd);
    await thread.settled();

    sys.waitThreadCancel(thread.handle);
    await thread.settled();
    sys.write(writeEnd, Buffer.from("x"));
    sys.waitThreadCancel(thread.handle);
    await thread.settled();

    expect(thread.runs).toBe(0);
  });

  it("runs the callback for a descriptor that is not open, so that the same call can say so", async () => {
    const [readEnd, writeEnd] = sys.pipe2();
    const closed = sys.fcntl(readEnd, sys.F_DUPFD, 900);
    for (const fd of [readEnd, writeEnd, closed]) sys.close(fd);
    const thread = new Thread();

    wait(thread, closed);
    await until(() => thread.runs > 0);

    expect(thread.runs).toBe(1);
  });
});

describe("ppoll(2) on a thread", () => {
  it("waits for the first `nfds` slots of a copy", async () => {
    const [readEnd, writeEnd] = openPipe();
    const fds = new sys.PollFds(2);
    fds.set(0, readEnd, sys.POLLIN);
    fds.set(1, writeEnd, sys.POLLOUT);
    const thread = new Thread();

    sys.waitThreadPoll(thread.handle, fds.bytes, 1, -1);
    fds.set(0, NOT_OPEN, sys.POLLIN);
    await thread.settled();
    const before = thread.runs;
    sys.write(writeEnd, Buffer.from("x"));
    await until(() => thread.runs > 0);

    expect(before).toBe(0);
    expect(fds.revents(0)).toBe(0);
  });
});

describe("pselect(2) on a thread", () => {
  it("waits for copies of all three sets, also for descriptors beyond FD_SETSIZE", async () => {
    const [, writeEnd] = openPipe();
    const high = opened(sys.fcntl(writeEnd, sys.F_DUPFD, 1_500));
    const thread = new Thread();

    for (const fd of [writeEnd, high]) {
      const writefds = setOf(fd);
      thread.runs = 0;
      sys.waitThreadSelect(thread.handle, fd + 1, null, writefds, null, -1);
      await until(() => thread.runs > 0);

      expect(writefds).toEqual(setOf(fd));
    }

    const [listener, address] = openListener();
    const client = opened(sys.socket(sys.AF_INET, sys.SOCK_STREAM));
    sys.connect(client, address);
    const server = opened(sys.accept4(listener));
    sys.waitThreadSelect(thread.handle, server + 1, setOf(server), null, setOf(server), -1);
    await thread.settled();
    thread.runs = 0;
    sys.send(client, Buffer.from("!"), 0, 1, sys.MSG_OOB);
    await until(() => thread.runs > 0);
  });

  it("looks below `nfds` only, and at nothing where there are no sets", async () => {
    const [, writeEnd] = openPipe();
    const thread = new Thread();

    sys.waitThreadSelect(thread.handle, writeEnd, null, setOf(writeEnd), null, -1);
    await thread.settled();
    sys.waitThreadSelect(thread.handle, 2 ** 31 - 1, null, null, null, -1);
    await thread.settled();

    expect(thread.runs).toBe(0);
  });
});
