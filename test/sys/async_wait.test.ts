import { closeSync, openSync } from "node:fs";
import { describe, expect, it, onTestFinished } from "vitest";
import * as sys from "../../lib/sys/index.ts";
import { openDescriptors } from "../support/descriptors.ts";
import { runLimited, runScript, turn, until } from "./processes.ts";
import { NOT_OPEN, opened, openPipe } from "./support.ts";

function openCounter(initval: number): number {
  return opened(sys.eventfd(initval, sys.EFD_NONBLOCK));
}

function watch(fd: number, callback: () => void): sys.LoopPoll {
  const poll = sys.loopPollCreate(fd, callback);
  onTestFinished(() => sys.loopPollClose(poll));
  return poll;
}

/** A descriptor that is watched, and how often its callback ran since it was asked the last time. */
function counted(fd: number): [poll: sys.LoopPoll, runs: () => number] {
  let runs = 0;
  const poll = watch(fd, () => runs++);
  return [poll, () => runs - (runs = 0)];
}

const failure = (code: string, syscall: string) =>
  expect.objectContaining({ code, syscall }) as Error;

describe("uv_poll_start(3)", () => {
  it("runs the callback in every turn of the loop that finds the descriptor readable", async () => {
    const fd = openCounter(1);
    const [poll, runs] = counted(fd);

    sys.loopPollStart(poll);
    await turn();
    const first = runs();
    await turn();

    expect([first, runs()]).toEqual([expect.toSatisfy(isPositive), expect.toSatisfy(isPositive)]);
    sys.eventfdRead(fd);
    await turn();
    runs();
    await turn();
    expect(runs()).toBe(0);
  });

  it("does not report that a descriptor is only writable", async () => {
    const [, writeEnd] = openPipe();
    const [poll, runs] = counted(writeEnd);

    sys.loopPollStart(poll);
    await turn();

    expect(runs()).toBe(0);
  });

  it("changes nothing while it is started", async () => {
    const [poll, runs] = counted(openCounter(1));
    sys.loopPollStart(poll);
    await turn();

    sys.loopPollStart(poll);
    runs();
    await turn();
    expect(runs()).toBeGreaterThan(0);

    sys.loopPollStop(poll);
    await turn();
    expect(runs()).toBe(0);
  });

  it("throws ELOOP where the epoll watches the loop itself, and works once it no longer does", async () => {
    const epfd = opened(sys.epollCreate1());
    const [poll, runs] = counted(epfd);
    const loop = sys.uvBackendFd() ?? -1;
    sys.epollCtl(epfd, sys.EPOLL_CTL_ADD, loop, sys.EPOLLIN);

    expect(() => sys.loopPollStart(poll)).toThrow(failure("ELOOP", "uv_poll_start"));

    await turn();
    sys.epollCtl(epfd, sys.EPOLL_CTL_DEL, loop);
    sys.epollCtl(epfd, sys.EPOLL_CTL_ADD, openCounter(1), sys.EPOLLIN);
    sys.loopPollStart(poll);
    await turn();
    expect(runs()).toBeGreaterThan(0);
  });

  it("makes the kernel refuse that the epoll watches the loop afterwards", () => {
    const epfd = opened(sys.epollCreate1());
    const [poll] = counted(epfd);

    sys.loopPollStart(poll);

    expect(() =>
      sys.epollCtl(epfd, sys.EPOLL_CTL_ADD, sys.uvBackendFd() ?? -1, sys.EPOLLIN),
    ).toThrow(failure("ELOOP", "epoll_ctl"));
  });

  it("goes on when the caller closes its descriptor, as dup(2)'s copies do", async () => {
    const [readEnd, writeEnd] = sys.pipe2();
    opened(writeEnd);
    const [poll, runs] = counted(readEnd);

    sys.loopPollStart(poll);
    sys.close(readEnd);
    await turn();
    const before = runs();
    sys.write(writeEnd, Buffer.from("x"));
    await turn();

    expect([before, runs()]).toEqual([0, expect.toSatisfy(isPositive)]);
  });

  it("lets promises and ticks of one callback run before the next callback", async () => {
    const order: string[] = [];
    const polls = ["a", "b"].map((name) =>
      watch(openCounter(1), () => {
        order.push(name);
        process.nextTick(() => order.push(`${name} tick`));
        void Promise.resolve().then(() => order.push(`${name} promise`));
      }),
    );

    for (const poll of polls) sys.loopPollStart(poll);
    await until(() => order.length >= 6);

    const [first = "", , , second = ""] = order;
    expect(order.slice(0, 6)).toEqual(
      [first, second].flatMap((name) => [name, `${name} tick`, `${name} promise`]),
    );
    expect(new Set([first, second]).size).toBe(2);
  });
});

function isPositive(count: number): boolean {
  return count > 0;
}

describe("uv_poll_stop(3)", () => {
  it("ends the reports until the next start", async () => {
    const [poll, runs] = counted(openCounter(1));
    await turn();
    const unstarted = runs();
    sys.loopPollStart(poll);
    await turn();

    sys.loopPollStop(poll);
    runs();
    await turn();
    const stopped = runs();
    sys.loopPollStart(poll);
    await turn();

    expect([unstarted, stopped, runs()]).toEqual([0, 0, expect.toSatisfy(isPositive)]);
  });

  it("does nothing while it is not started", () => {
    const [poll] = counted(openCounter(1));

    for (let i = 0; i < 2; i++) expect(() => sys.loopPollStop(poll)).not.toThrow();
  });
});

describe("uv_poll_init(3)", () => {
  it("throws EBADF, EPERM for a regular file and EINVAL for the loop itself", () => {
    const file = openSync(new URL(import.meta.url), "r");
    const create = (fd: number) => () => sys.loopPollCreate(fd, () => undefined);
    const before = openDescriptors();

    expect(create(NOT_OPEN)).toThrow(failure("EBADF", "uv_poll_init"));
    expect(create(-1)).toThrow(failure("EBADF", "uv_poll_init"));
    expect(create(file)).toThrow(failure("EPERM", "uv_poll_init"));
    expect(create(sys.uvBackendFd() ?? -1)).toThrow(failure("EINVAL", "uv_poll_init"));

    expect(openDescriptors()).toEqual(before);
    closeSync(file);
  });

  it("watches one descriptor as often as wanted", async () => {
    const fd = openCounter(1);
    const watched = [counted(fd), counted(fd)];

    for (const [poll] of watched) sys.loopPollStart(poll);
    await turn();

    expect(watched.map(([, runs]) => runs() > 0)).toEqual([true, true]);
  });

  it("watches a thousand at once, and gives everything back", async () => {
    const before = openDescriptors();
    const seen = new Set<number>();
    const fds = Array.from({ length: 1_000 }, () => sys.eventfd(1, sys.EFD_NONBLOCK));
    const polls = fds.map((fd) => sys.loopPollCreate(fd, () => seen.add(fd)));

    polls.forEach(sys.loopPollStart);
    await until(() => seen.size === fds.length);

    polls.forEach(sys.loopPollClose);
    fds.forEach(sys.close);
    expect(openDescriptors()).toEqual(before);
  });

  it("answers EMFILE where no descriptor is free", async () => {
    const code = `
      const fd = native.eventfd(0, 0);
      while (native.fcntl(fd, native.F_DUPFD, 0) >= 0);
      console.log(native.loop_poll_create(fd, () => undefined) === -native.errno.EMFILE);`;

    expect(await runLimited(code, 100)).toMatchObject({ code: 0, stdout: "true\n" });
  });
});

describe("uv_ref(3)", () => {
  // What rings the descriptor does not keep the process alive itself.
  const code = (ref: string) => `
    const fd = native.eventfd(0, 0);
    const poll = native.loop_poll_create(fd, () => {
      console.log("ran");
      native.loop_poll_close(poll);
    });
    native.loop_poll_start(poll);
    ${ref}
    setTimeout(() => native.eventfd_write(fd, 1n), 20).unref();`;

  it("keeps the process alive while started", async () => {
    const ended = await runScript(code("native.loop_poll_ref(poll, true);"));

    expect(ended).toMatchObject({ code: 0, stdout: "ran\n", stderr: "" });
  });

  it.each([
    "",
    "native.loop_poll_ref(poll, true); native.loop_poll_ref(poll, false);",
    "native.loop_poll_ref(poll, true); native.loop_poll_stop(poll);",
    "native.loop_poll_ref(poll, true); native.loop_poll_close(poll);",
  ])("lets the process end after: %s", async (ref) => {
    expect(await runScript(code(ref))).toMatchObject({ code: 0, stdout: "", stderr: "" });
  });
});
