import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { beforeAll, describe, expect, it } from "vitest";
import { PipeWriter, Socket, sys, TimerFd } from "../../lib/index.ts";
import { type Ended, run } from "../support/program.ts";
import { receiveSignals } from "../support/signals.ts";

const PROGRAM = join(import.meta.dirname, "programs/blocked_worker.mjs");
const source = readFileSync(PROGRAM, "utf8");
const table = source.slice(
  source.indexOf("const KINDS"),
  source.indexOf("/** A worker that blocks in this call. */"),
);
const KINDS = [...table.matchAll(/^ {2}(\w+)(?:\(\)|:)/gm)].map(([, kind]) => kind ?? "");

const ENDS = ["terminate", "exit"] as const;
// It costs more to start a process than a worker.
const GROUPS = 4;
/** Of a program that hangs: then the first kind that has not ended is the one. */
const LIMIT = "60";

describe("a worker that blocks on floor 2", () => {
  const ended = new Map<string, Promise<Ended>>();
  const groupOf = (kind: string): number => KINDS.indexOf(kind) % GROUPS;

  beforeAll(() => {
    for (let group = 0; group < GROUPS; group++) {
      const kinds = KINDS.filter((kind) => groupOf(kind) === group);
      for (const end of ENDS) {
        const program = ["timeout", LIMIT, process.execPath, PROGRAM, end, ...kinds] as const;
        ended.set(`${end} ${String(group)}`, run(...program));
      }
    }
  });

  it.each(KINDS.flatMap((kind) => ENDS.map((end) => [kind, end] as const)))(
    "in %s is ended by %s()",
    async (kind, end) => {
      const { stdout, stderr, code } = await ended.get(`${end} ${String(groupOf(kind))}`)!;

      const said = stdout.split("\n").filter((line) => line.startsWith(`${kind} `));
      expect({ said, stderr, code }).toEqual({ said: [`${kind} ended`], stderr: "", code: 0 });
    },
  );
});

describe("blocking calls of floor 2", () => {
  it("write all, wait for all with MSG_WAITALL, share a semaphore, and honour SO_RCVTIMEO and SO_SNDTIMEO", async () => {
    const program = join(import.meta.dirname, "programs/blocking_peer.mjs");

    const { stdout, stderr } = await run(process.execPath, program);

    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toEqual({
      send: 2 ** 22,
      writev: 2 ** 22 + 1,
      sendMessage: 2 ** 22 + 1,
      write: 2 ** 22,
      recvAll: 3,
      bytes: [1, 2, 3],
      recvAllCut: 1,
      timedOut: [null, null, true],
      sentPart: true,
      sendTimedOut: null,
    });
  });

  it("throw EINTR with the name of the call, where a signal comes and there is a limit", () => {
    using socket = Socket.open(sys.AF_INET, sys.SOCK_DGRAM, 0, { blocking: true });
    socket.bind({ address: "127.0.0.1", port: 0 });
    socket.setOption("SO_RCVTIMEO", { sec: 60, usec: 0 });
    receiveSignals();

    expect(() => socket.recvFrom(Buffer.alloc(1))).toThrow(
      expect.objectContaining({ code: "EINTR", syscall: "recvfrom" }),
    );
  });

  it("fail as without waiting: EBADF, EINVAL and EOPNOTSUPP", () => {
    const closed = Socket.open(sys.AF_INET, sys.SOCK_STREAM, 0, { blocking: true });
    closed.close();
    using idle = Socket.open(sys.AF_INET, sys.SOCK_STREAM, 0, { blocking: true });
    using datagrams = Socket.open(sys.AF_INET, sys.SOCK_DGRAM, 0, { blocking: true });
    using writer = new PipeWriter(sys.memfdCreate("file"));
    const failure = (code: string, syscall: string): unknown =>
      expect.objectContaining({ code, syscall });

    expect(() => closed.recv(Buffer.alloc(1))).toThrow(failure("EBADF", "recv"));
    expect(() => closed.accept()).toThrow(failure("EBADF", "accept4"));
    expect(() => idle.accept()).toThrow(failure("EINVAL", "accept4"));
    expect(() => datagrams.accept()).toThrow(failure("EOPNOTSUPP", "accept4"));
    expect(() => closed.readv([Buffer.alloc(1)])).toThrow(failure("EBADF", "readv"));
    expect(writer.write(Buffer.from("abc"))).toBe(3);
  });

  it("leave no descriptor open when Node's loop turns", async () => {
    using timer = new TimerFd({ blocking: true });
    timer.set({ valueNs: 1n });
    await turn();
    const before = readdirSync("/proc/self/fd").length;
    timer.take();
    timer.set({ valueNs: 1_000_000n });
    expect(timer.take()).toBe(1n);

    await turn();

    expect(readdirSync("/proc/self/fd").length).toBe(before);
  });
});
