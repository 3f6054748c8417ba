import { closeSync, openSync } from "node:fs";
import { once } from "node:events";
import { readlinkSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as sys from "../../lib/sys/index.ts";
import { openDescriptors } from "../support/descriptors.ts";
import { runScript, startWorker } from "./processes.ts";
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
    const code = "native.own(workerData); native.disown(workerData, 0);";
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

describe("close_owned", () => {
  const notOpen = expect.objectContaining({ code: "EBADF", syscall: "close" }) as Error;

  it("closes the opening that its ticket is of, once", () => {
    const fd = sys.eventfd(0);
    const ticket = sys.own(fd);

    sys.closeOwned(fd, ticket);

    expect(isOpen(fd)).toBe(false);
    expect(() => {
      sys.closeOwned(fd, ticket);
    }).toThrow(notOpen);
  });

  it("leaves alone what has the number since it was closed or taken back", () => {
    const fd = sys.eventfd(0);
    const tickets = [sys.own(fd)];
    sys.close(fd);
    const again = opened(sys.eventfd(0));
    tickets.push(sys.own(again));
    sys.disown(again);

    for (const ticket of tickets) expect(() => sys.closeOwned(fd, ticket)).toThrow(notOpen);
    expect([again, isOpen(again)]).toEqual([fd, true]);
  });

  it("counts what is owned anew as another opening", () => {
    const fd = sys.eventfd(0);
    const ticket = sys.own(fd);
    const another = sys.own(fd);

    expect(() => sys.closeOwned(fd, ticket)).toThrow(notOpen);
    sys.disown(fd, ticket);
    sys.closeOwned(fd, another);

    expect(isOpen(fd)).toBe(false);
  });
});

describe("ownChild", () => {
  it.each([
    ["another process", process.ppid, "ECHILD"],
    ["a group", 0, "EINVAL"],
    ["all", -1, "EINVAL"],
  ])("refuses what is no child: %s", (_, pid, code) => {
    expect(() => {
      sys.ownChild(pid);
    }).toThrow(expect.objectContaining({ code, syscall: "own_child" }));
  });

  /** The child of a thread that was terminated. */
  async function childOfThread(then = ""): Promise<number> {
    const worker = startWorker(`
      const { pid } = require("node:child_process").spawn("sleep", ["1000"], { stdio: "ignore" });
      native.own_child(pid);
      ${then}
      parentPort.postMessage(pid);
    `);
    const [pid] = (await once(worker, "message")) as [number];
    await worker.terminate();
    return pid;
  }

  const found = (pid: number) =>
    sys.waitid(sys.P_PID, pid, sys.WEXITED | sys.WNOHANG | sys.WNOWAIT);

  it("ends a child with the thread, and waits for it", async () => {
    const pid = await childOfThread();

    expect(() => found(pid)).toThrow(expect.objectContaining({ code: "ECHILD" }));
  });

  it("leaves one alone that was disowned", async () => {
    const pid = await childOfThread("native.disown_child(pid);");

    expect(found(pid)).toBeNull();
    process.kill(pid, "SIGKILL");
    sys.waitid(sys.P_PID, pid, sys.WEXITED);
  });
});

describe("showOwned", () => {
  it("records the file, so that another one with the number is not closed", () => {
    const results = new Int32Array(1);
    const tickets = new Int32Array(1);
    const listener = opened(sys.socket(sys.AF_UNIX, sys.SOCK_STREAM));
    sys.bind(listener, Uint8Array.of(sys.AF_UNIX, 0));
    sys.listen(listener, 1);
    const address = new Uint8Array(sys.SOCKADDR_STORAGE_SIZE);
    const length = new Uint32Array(1);
    sys.getsockname(listener, address, length);
    sys.connect(opened(sys.socket(sys.AF_UNIX, sys.SOCK_STREAM)), address.subarray(0, length[0]));
    sys.acceptMany(listener, 0, results, tickets, 1);
    const [fd, ticket] = [results[0]!, tickets[0]!];
    sys.showOwned(fd, ticket);
    closeSync(fd);
    const next = openSync("/dev/null", "r");

    expect(() => sys.closeOwned(fd, ticket)).toThrow(
      expect.objectContaining({ code: "EBADF", syscall: "close" }),
    );

    expect([next, isOpen(next)]).toEqual([fd, true]);
    closeSync(next);
  });

  it("does nothing for the ticket of an earlier opening", () => {
    const fd = sys.eventfd(0);
    const ticket = sys.own(fd);

    sys.showOwned(fd, ticket + 1);
    sys.closeOwned(fd, ticket);

    expect(isOpen(fd)).toBe(false);
  });
});

describe("forgotten", () => {
  const script = (close: string, code: string): string => `
    const forget = () => {
      const fd = native.eventfd(0, 0);
      const ticket = native.own(fd);
      console.log(native.watch_owner(fd, ticket, {}), native.watch_owner(fd, ticket + 1, {}) < 0);
      ${close}
    };
    forget();
    const found = new Int32Array(4);
    gc();
    ${code}`;

  it("tells descriptor and ticket once the owner was collected, until it is closed", async () => {
    const code = `
      const count = native.forgotten(found);
      console.log(count, native.forgotten(new Int32Array(1)), native.forgotten(found));
      console.log(native.close_owned(found[0], found[1]), native.forgotten(found));`;
    const { stdout } = await runScript(script("", code), ["--expose-gc"]);

    expect(stdout.split("\n")).toEqual(["0 true", "1 0 1", "0 0", ""]);
  });

  it.each(["native.close(fd)", "native.disown(fd, 0)", 'require("fs").closeSync(fd)'])(
    "tells nothing after %s, also when the number is in use again",
    async (close) => {
      const code = `console.log(native.forgotten(found), native.forgotten(found));`;
      const reopen = `${close}; require("fs").openSync("/dev/null");`;
      const { stdout } = await runScript(script(reopen, code), ["--expose-gc"]);

      expect(stdout.split("\n")).toEqual(["0 true", "0 0", ""]);
    },
  );
});

describe("napi_adjust_external_memory(3)", () => {
  it("counts, and makes V8 collect garbage at once when it is very much", async () => {
    const { stdout } = await runScript(`
      (() => native.watch_owner(1, native.own(1), {}))();
      const before = native.adjust_external_memory(0);
      native.adjust_external_memory(2 ** 40);
      console.log(native.adjust_external_memory(-(2 ** 40)) - before < 2 ** 30);
      console.log(native.forgotten(new Int32Array(2)));
      native.disown(1, 0);`);

    expect(stdout.split("\n")).toEqual(["true", "1", ""]);
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
