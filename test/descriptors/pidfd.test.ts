import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { PidFd } from "../../lib/descriptors/pidfd.ts";
import { EpollMultiplexer } from "../../lib/multiplexer/epoll.ts";
import { READABLE } from "../../lib/multiplexer/multiplexer.ts";
import * as sys from "../../lib/sys/index.ts";
import { BARE, PYTHON } from "../support/tools.ts";
import { Program } from "../support/program.ts";
import { toolEnvironment } from "../sys/support.ts";

function start(script: string): { pid: number; ended: Promise<unknown[]> } {
  const child = spawn("sh", ["-c", script], {
    stdio: ["pipe", "ignore", "ignore"],
    env: toolEnvironment(),
  });
  return { pid: child.pid ?? 0, ended: once(child, "exit") };
}

/** Blocks until the process has ended, so that Node has not heard of it yet. */
function waitFor(process: PidFd): void {
  using mux = new EpollMultiplexer();
  mux.add(process, READABLE);
  mux.waitSync(undefined, () => undefined);
}

describe("PidFd", () => {
  it("tells how a child has ended, and leaves it to Node", async () => {
    const { pid, ended } = start("read line; exit 300");
    using child = PidFd.open(pid);
    expect(child.exitStatus()).toBeNull();

    child.sendSignal("SIGKILL");
    waitFor(child);

    expect(child.exitStatus()).toEqual({ code: null, signal: 9 });
    expect(child.exitStatus()).toEqual({ code: null, signal: 9 });
    expect(await ended).toEqual([null, "SIGKILL"]);
    expect(() => child.exitStatus()).toThrow(expect.objectContaining({ code: "ECHILD" }));
  });

  it("tells what a child gave to exit", async () => {
    const { pid, ended } = start("exit 3");
    using child = PidFd.open(pid);

    waitFor(child);

    expect(child.exitStatus()).toEqual({ code: 3, signal: null });
    expect(await ended).toEqual([3, null]);
  });

  it("tells how a child has ended also after Node has waited for it, if it was opened with the child", async () => {
    const scripts = [
      ...Array.from({ length: 20 }, (_, index) => `exit ${String(index)}`),
      "kill -TERM $$",
    ];
    const children = scripts.map((script) =>
      spawn("sh", ["-c", script], { stdio: "ignore", env: toolEnvironment() }),
    );
    const opened = children.map((child) => PidFd.open(child));
    const seen: unknown[] = [];
    using mux = new EpollMultiplexer<PidFd>();
    for (const process of opened) mux.add(process, READABLE, process);

    while (mux.size > 0) {
      await mux.wait(undefined, (_fd, _events, process) => {
        mux.remove(process);
      });
    }
    for (const child of children) {
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    }
    for (const process of opened) seen.push(process.exitStatus());
    for (const process of opened) process.close();

    expect(seen).toEqual([
      ...Array.from({ length: 20 }, (_, code) => ({ code, signal: null })),
      { code: null, signal: 15 },
    ]);
    expect(() => PidFd.open(children[0]!)).toThrow(expect.objectContaining({ code: "ESRCH" }));
  });

  it("throws ESRCH for a child that could not be started, and a TypeError for what is no child", async () => {
    const child = spawn("/nowhere");
    const failed = once(child, "error");

    expect(() => PidFd.open(child)).toThrow(expect.objectContaining({ code: "ESRCH" }));
    expect(() => PidFd.open("1" as never)).toThrow(
      expect.objectContaining({ code: "ERR_INVALID_ARG_TYPE" }),
    );

    await failed;
  });

  it("throws ESRCH for a signal to a process that is gone, whatever has its number now", async () => {
    const { pid, ended } = start("exit 0");
    using child = PidFd.open(pid);
    child.sendSignal(0);

    await ended;

    expect(() => {
      child.sendSignal("SIGTERM");
    }).toThrow(expect.objectContaining({ code: "ESRCH", syscall: "pidfd_send_signal" }));
  });

  it("refuses a signal that does not exist, by name and by number", () => {
    using self = PidFd.open(process.pid);

    expect(() => {
      self.sendSignal("SIGNOTHING" as NodeJS.Signals);
    }).toThrow(expect.objectContaining({ name: "TypeError", code: "ERR_INVALID_ARG_VALUE" }));
    expect(() => {
      self.sendSignal(999);
    }).toThrow(expect.objectContaining({ code: "EINVAL" }));
  });

  it("sends a value with a signal, which Python's sigwaitinfo of the C library tells", async () => {
    const script = `import ctypes, signal, struct
libc = ctypes.CDLL(None)
signal.pthread_sigmask(signal.SIG_BLOCK, {40})
wanted, info = (ctypes.create_string_buffer(128) for _ in range(2))
libc.sigemptyset(wanted); libc.sigaddset(wanted, 40)
print("blocked", flush=True)
for _ in range(2):
    libc.sigwaitinfo(wanted, info)
    print(*struct.unpack_from("@i4xi4xiIi", info)[1:3], struct.unpack_from("@i", info, 24)[0], flush=True)`;
    await using other = new Program(PYTHON, [...BARE, "-c", script]);
    await other.nextLine();
    using target = PidFd.open(other.pid);

    target.sendSignal(40, -77);
    target.sendSignal(40);

    expect(await other.nextLine()).toBe([sys.SI_QUEUE, process.pid, -77].join(" "));
    expect(await other.nextLine()).toMatch(new RegExp(`^${String(sys.SI_USER)} `));
    expect(() => {
      target.sendSignal(0, 0.5);
    }).toThrow(RangeError);
  });

  it("opens what a descriptor of another process refers to", async () => {
    const script =
      "import socket; s = socket.create_server(('127.0.0.1', 0)); print(s.fileno(), flush=True); input()";
    await using other = new Program(PYTHON, [...BARE, "-c", script]);
    const fd = Number(await other.nextLine());
    using process = PidFd.open(other.pid);

    using copy = process.duplicate(fd);

    expect(sys.getsockopt(copy.fd, sys.SOL_SOCKET, sys.SO_ACCEPTCONN)).toBe(1);
    expect(sys.fcntl(copy.fd, sys.F_GETFD)).toBe(sys.FD_CLOEXEC);
  });
});
