import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import * as sys from "../../lib/sys/index.ts";
import { receiveSignals } from "../support/signals.ts";
import { NOT_OPEN, opened, toolEnvironment } from "./support.ts";

const failure = (code: string): Error =>
  expect.objectContaining({ code, syscall: "waitid" }) as Error;

/** A child that ends as `script` has it; this process is told of it only in its event loop. */
function start(script: string): { pid: number; ended: Promise<unknown[]> } {
  const child = spawn("sh", ["-c", script], { stdio: "ignore", env: toolEnvironment() });
  return { pid: child.pid ?? 0, ended: once(child, "exit") };
}

const ENDED = sys.WEXITED | sys.WNOWAIT;

describe("waitid(2)", () => {
  it("tells what a child gave to exit, by number and by pidfd, and leaves it to Node", async () => {
    const { pid, ended } = start("exit 7");
    const pidfd = opened(sys.pidfdOpen(pid));

    const byPid = sys.waitid(sys.P_PID, pid, ENDED);
    const byPidfd = sys.waitid(sys.P_PIDFD, pidfd, ENDED);

    expect(byPid).toEqual({ pid, uid: process.getuid?.(), code: sys.CLD_EXITED, status: 7 });
    expect(byPidfd).toEqual(byPid);
    expect(await ended).toEqual([7, null]);
  });

  it("tells which signal ended, stopped and continued a child", async () => {
    const { pid, ended } = start("kill -STOP $$; exec sleep 1000");

    const stopped = sys.waitid(sys.P_PID, pid, sys.WSTOPPED);
    process.kill(pid, "SIGCONT");
    const continued = sys.waitid(sys.P_PID, pid, sys.WCONTINUED);
    process.kill(pid, "SIGKILL");
    const killed = sys.waitid(sys.P_PID, pid, ENDED);

    expect([stopped, continued, killed]).toMatchObject([
      { pid, code: sys.CLD_STOPPED, status: 19 },
      { pid, code: sys.CLD_CONTINUED, status: 18 },
      { pid, code: sys.CLD_KILLED, status: 9 },
    ]);
    expect(await ended).toEqual([null, "SIGKILL"]);
  });

  it("returns null with WNOHANG, and of a non-blocking pidfd, while nothing has changed", async () => {
    const { pid, ended } = start("kill -STOP $$");
    const pidfd = opened(sys.pidfdOpen(pid, sys.PIDFD_NONBLOCK));

    expect(sys.waitid(sys.P_PID, pid, ENDED | sys.WNOHANG)).toBeNull();
    expect(sys.waitid(sys.P_PIDFD, pidfd, ENDED)).toBeNull();

    process.kill(pid, "SIGKILL");
    await ended;
  });

  it("throws ECHILD for what is no child of this process, or was waited for", async () => {
    const { pid, ended } = start("exit 0");
    const pidfd = opened(sys.pidfdOpen(pid));
    await ended;

    expect(() => sys.waitid(sys.P_PID, process.pid, ENDED)).toThrow(failure("ECHILD"));
    expect(() => sys.waitid(sys.P_PIDFD, pidfd, ENDED)).toThrow(failure("ECHILD"));
  });

  it("throws EBADF for no pidfd, and EINVAL for options that wait for nothing", () => {
    expect(() => sys.waitid(sys.P_PIDFD, NOT_OPEN, ENDED)).toThrow(
      expect.objectContaining({ code: "EBADF", syscall: "waitid", fd: NOT_OPEN }),
    );
    expect(() => sys.waitid(sys.P_ALL, 0, 0)).toThrow(failure("EINVAL"));
    expect(() => sys.waitid(99, 0, ENDED)).toThrow(failure("EINVAL"));
  });

  it("is restarted by the kernel after signals, whose handlers Node installs so", async () => {
    const { pid, ended } = start("sleep 0.1; exit 3");
    receiveSignals();

    expect(sys.waitid(sys.P_PID, pid, ENDED)).toMatchObject({ code: sys.CLD_EXITED, status: 3 });

    await ended;
  });
});
