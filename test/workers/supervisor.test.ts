import { createServer } from "node:net";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import type { AddressLike } from "../../lib/address/inputs.ts";
import { Socket } from "../../lib/socket/socket.ts";
import * as sys from "../../lib/sys/index.ts";
import { SHARES } from "../../lib/workers/share.ts";
import { STEADY_MS, type WorkerChange } from "../../lib/workers/slot.ts";
import { Supervisor } from "../../lib/workers/supervisor.ts";
import { openDescriptors } from "../support/descriptors.ts";
import { Program } from "../support/program.ts";
import { LineClient, LOOPBACK, ended, program, stateOf, supervise } from "./support.ts";

/** The states of one slot's workers in order, by process id. */
function livesOf(changes: readonly WorkerChange[], slot: number): string[] {
  const pids = [...new Set(changes.filter((each) => each.slot === slot).map(({ pid }) => pid))];
  return changes
    .filter((each) => each.slot === slot)
    .map(({ pid, state }) => `${String(pids.indexOf(pid))} ${state}`);
}

describe.each(SHARES)("a supervisor whose workers share by %s", (share) => {
  it("serves on a port of the kernel's choice, and leaves nothing when it stops", async () => {
    const before = openDescriptors();
    const supervisor = await supervise("which.mjs", { share });
    const [address] = supervisor.addresses;
    const client = new LineClient(address?.port);

    expect(await client.line()).toMatch(/^[01] \d+$/);
    expect(await client.ask("hello")).toBe("hello");
    client.socket.end();
    const pids = supervisor.workers.map(({ pid }) => pid);
    const totals = await supervisor.stop();

    expect(totals).toMatchObject({ connections: 1, open: 0, broken: 0 });
    expect(pids.map(stateOf)).toEqual([null, null]);
    expect(openDescriptors()).toEqual(before);
  });

  it("has each new worker ready before the old one stops", async () => {
    const changes: WorkerChange[] = [];
    const supervisor = await supervise("echo.mjs", {
      share,
      onWorker: (each) => changes.push(each),
    });

    await supervisor.reload();
    const life = ["0 starting", "0 ready", "1 starting", "1 ready", "0 draining", "0 exited"];

    expect([livesOf(changes, 0), livesOf(changes, 1)]).toEqual([life, life]);
    expect(changes.at(-1)).toMatchObject({ slot: 1, state: "exited", code: 0, signal: null });
  });
});

/** Two rounds under a load that leaves the processor to the others: by hand, the program does 1,000 under full load. */
async function soak(share: string, how: string): Promise<Record<string, number>> {
  const run = new Program(process.execPath, [program("soak.mjs"), share, how, "2", "8", "1000"]);
  const { stdout, stderr } = await run.ended;
  expect(stderr).toBe("");
  return JSON.parse(stdout) as Record<string, number>;
}

describe.each(SHARES)("under a load of short connections, workers that share by %s", (share) => {
  it("are replaced without a client that is refused, reset or not answered", async () => {
    const outcome = await soak(share, "reload");

    expect(outcome).toMatchObject({ refused: 0, reset: 0, ended: 0, wrong: 0, late: 0 });
    expect(outcome["connections"]).toBe(outcome["served"]);
  });

  it.each(["kill", "stop"])("lose no client but those they hold: SIG%s", async (how) => {
    const outcome = await soak(share, how);
    const { reset = 0, ended: cut = 0, held = 0 } = outcome;

    expect(outcome).toMatchObject({ refused: 0, wrong: 0, late: 0 });
    expect(reset + cut).toBeLessThanOrEqual(held);
  });
});

type Times = Record<"starting" | "ready" | "exited", number[]>;

/** Each worker that ended soon is followed after a pause, twice as long each time. The first one: at once. */
function expectPauses({ starting, ready, exited }: Times, firstMs: number): void {
  let pauseMs = 0;
  for (const [n, endMs] of exited.entries()) {
    // On a busy machine it may have been there long enough to be replaced at once.
    if (endMs - ready[n]! > STEADY_MS / 2) pauseMs = 0;
    expect(starting[n + 1]! - endMs).toBeGreaterThanOrEqual(pauseMs - 1);
    pauseMs = Math.max(firstMs, 2 * pauseMs);
  }
}

describe("a supervisor", () => {
  it("is refused an address that is in use, and leaves nothing open", async () => {
    const before = openDescriptors();
    const other = Socket.open(sys.AF_INET, sys.SOCK_STREAM).bind(LOOPBACK).listen();
    const listen = [LOOPBACK, { address: "127.0.0.1", port: other.localAddress.port ?? 0 }];

    await expect(Supervisor.start(program("echo.mjs"), { listen })).rejects.toMatchObject({
      code: "EADDRINUSE",
      syscall: "bind",
    });

    other.close();
    expect(openDescriptors()).toEqual(before);
  });

  it.each([
    ["exits", 60_000, /slot [01] did not become ready: exit status 7/],
    ["throws", 60_000, /slot [01] did not become ready: exit status 1/],
    ["silent", 500, /slot [01] did not become ready: it was not ready after 500 ms/],
  ])("gives up workers that never become ready: %s", async (wrong, readyMs, why) => {
    const before = openDescriptors();
    const changes: WorkerChange[] = [];
    const started = supervise("echo.mjs", {
      ...{ data: { wrong }, readyMs, maxFailures: 2, pauseMs: 1 },
      ...{ onWorker: (each) => changes.push(each), onLog: () => undefined },
    });

    await expect(started).rejects.toThrow(why);

    const starts = changes.filter(({ slot, state }) => slot === 0 && state === "starting");
    expect(starts.length).toBeLessThanOrEqual(2);
    expect(changes.map(({ pid }) => stateOf(pid))).toEqual(changes.map(() => null));
    expect(openDescriptors()).toEqual(before);
  });

  it.each([
    ["replaces a worker that ends at once, and one that ends again after a pause", 0, 3],
    ["pauses also if workers end at once whose start took long", STEADY_MS, 2],
  ])("%s", async (_, startMs, rounds) => {
    const times: Times = { ready: [], exited: [], starting: [] };
    const supervisor = await supervise("which.mjs", {
      ...{ workers: 1, pauseMs: 50, data: { startMs } },
      onWorker: ({ state }) => state !== "draining" && times[state].push(performance.now()),
    });

    for (let round = 0; round < rounds; round++) {
      const client = new LineClient(supervisor.addresses[0]?.port);
      expect(await client.line()).toMatch(/^0 \d+$/);
      expect(await client.ask("exit")).toBe(null);
    }
    const last = new LineClient(supervisor.addresses[0]?.port);
    expect(await last.line()).toMatch(/^0 \d+$/);

    expectPauses(times, 50);
  });

  it.each(["process", "thread"] as const)(
    "replaces a worker that is in an endless loop: a %s",
    async (kind) => {
      const reasons: unknown[] = [];
      const supervisor = await supervise("which.mjs", {
        ...{ workers: 1, kind, unresponsiveMs: 300 },
        onWorker: ({ reason }) => reason !== undefined && reasons.push(reason),
      });

      const client = new LineClient(supervisor.addresses[0]?.port);
      await client.line();
      expect(await client.ask("spin")).toBe(null);
      const next = new LineClient(supervisor.addresses[0]?.port);
      expect(await next.line()).toMatch(/^0 \d+$/);

      expect(reasons).toEqual(["it has not answered for 300 ms"]);
    },
  );

  it("leaves out what is no counter", async () => {
    const supervisor = await supervise("odd.mjs", { data: "total", workers: 1 });

    expect(await supervisor.stop()).toEqual({ good: 1 });
  });

  it("replaces a worker that sends what is no message", async () => {
    const changes: WorkerChange[] = [];
    const supervisor = await supervise("odd.mjs", {
      ...{ data: "garbage", workers: 1, pauseMs: 1 },
      onWorker: (each) => changes.push(each),
    });

    await vi.waitUntil(() => changes.some(({ state }) => state === "exited"), { timeout: 30_000 });
    await vi.waitUntil(() => changes.filter(({ state }) => state === "ready").length > 1, {
      timeout: 30_000,
    });

    expect(changes.find(({ state }) => state === "exited")).toMatchObject({
      reason: "it has closed its control socket",
    });
    await supervisor.stop(0);
  });

  it("does not give a slot up while others serve: its clients wait, and are served", async () => {
    const errors: unknown[] = [];
    const data = { wrong: "" };
    const supervisor = await supervise("echo.mjs", {
      ...{ data, workers: 2, pauseMs: 1, maxFailures: 2, onLog: () => undefined },
      onError: (error) => errors.push((error as Error).message),
    });
    const victim = supervisor.workers.find(({ slot }) => slot === 1)!;
    data.wrong = "exits";
    process.kill(victim.pid, "SIGKILL");
    await vi.waitUntil(() => errors.length > 1, { timeout: 30_000 });
    const clients = Array.from({ length: 20 }, () => new LineClient(supervisor.addresses[0]?.port));
    const answers = clients.map((client) => client.ask("hello"));

    data.wrong = "";

    expect(await Promise.all(answers)).toEqual(clients.map(() => "hello"));
    expect(errors[0]).toMatch(/slot 1 did not become ready: exit status 7/);
  });

  it.each([NaN, Infinity, -1, "5"])(
    "is refused a drain of %s ms, and serves on",
    async (drainMs) => {
      const supervisor = await supervise("which.mjs", { workers: 1 });

      for (const end of ["stop", "leave"] as const) {
        await expect(supervisor[end](drainMs as number)).rejects.toMatchObject({
          code: expect.stringMatching(/^ERR_(OUT_OF_RANGE|INVALID_ARG_TYPE)$/) as string,
        });
      }

      expect(await new LineClient(supervisor.addresses[0]?.port).line()).toMatch(/^0 \d+$/);
    },
  );

  it("refuses a file that is not there, and data that no message has room for", async () => {
    const before = openDescriptors();
    const listen = [LOOPBACK];

    await expect(Supervisor.start(program("nowhere.mjs"), { listen })).rejects.toMatchObject({
      code: "ERR_INVALID_ARG_VALUE",
    });
    await expect(
      Supervisor.start(program("echo.mjs"), { listen, data: "x".repeat(100_000) }),
    ).rejects.toMatchObject({ code: "ERR_OUT_OF_RANGE" });

    expect(openDescriptors()).toEqual(before);
  });

  it("passes more sockets to a worker than a message has room for", async () => {
    const listen = Array.from({ length: 300 }, () => LOOPBACK);
    const supervisor = await supervise("which.mjs", { listen, workers: 1, share: "shared" });

    expect(supervisor.addresses).toHaveLength(300);
    expect(await new LineClient(supervisor.addresses[0]?.port).line()).toMatch(/^0 \d+$/);
  });

  it("ends the start when its signal is aborted, and leaves nothing", async () => {
    const before = openDescriptors();
    const pids: number[] = [];
    const abort = new AbortController();
    const started = supervise("echo.mjs", {
      ...{ data: { wrong: "silent" }, workers: 1, signal: abort.signal },
      onWorker: ({ pid }) => {
        pids.push(pid);
        abort.abort();
      },
    });

    await expect(started).rejects.toMatchObject({ name: "AbortError" });

    expect(pids.map(stateOf)).toEqual(pids.map(() => null));
    expect(openDescriptors()).toEqual(before);
  });

  it("serves at a socket that another supervisor has closed to newcomers", async () => {
    const listening = Socket.open(sys.AF_INET, sys.SOCK_STREAM).bind(LOOPBACK).listen();
    const { localAddress } = listening;
    const copy = Socket.fromFd(sys.fcntl(listening.fd, sys.F_DUPFD_CLOEXEC, 0));
    const options = { workers: 1, share: "shared", listen: [localAddress] } as const;
    const first = await supervise("which.mjs", { ...options, adopted: [listening] });
    await first.stop();

    const second = await supervise("which.mjs", { ...options, adopted: [copy] });

    expect(await new LineClient(second.addresses[0]?.port).line()).toMatch(/^0 \d+$/);
  });

  it("goes on with the old workers if the new ones do not become ready", async () => {
    const data = { wrong: "" };
    const supervisor = await supervise("echo.mjs", { data, workers: 1, onLog: () => undefined });
    const [old] = supervisor.workers;
    data.wrong = "exits";

    await expect(supervisor.reload()).rejects.toThrow(/did not become ready: exit status 7/);

    expect(supervisor.workers).toEqual([old]);
    data.wrong = "";
    await supervisor.reload();
    expect(supervisor.workers).not.toEqual([old]);
  });

  it("adds the workers' counters up, also those of workers that were replaced", async () => {
    const supervisor = await supervise("which.mjs", {});
    const visit = async (): Promise<void> => {
      const client = new LineClient(supervisor.addresses[0]?.port);
      await client.line();
      expect(await client.ask("12345")).toBe("12345");
      client.socket.end();
      expect(await client.line()).toBe(null);
    };

    for (let visits = 0; visits < 3; visits++) await visit();
    await supervisor.reload();
    for (let visits = 0; visits < 2; visits++) await visit();

    expect(await supervisor.stop()).toMatchObject({ connections: 5, bytesIn: 30, broken: 0 });
  });

  it("passes on what workers write, with the number of the slot", async () => {
    const lines: string[] = [];
    const supervisor = await supervise("which.mjs", {
      workers: 1,
      onLog: (slot, line, stream) => lines.push(`${String(slot)} ${stream}: ${line}`),
    });

    const client = new LineClient(supervisor.addresses[0]?.port);
    await client.line();
    expect(await client.ask("say")).toBe("say");
    await supervisor.stop();

    expect(lines.sort()).toEqual(["0 stderr: to the error output", "0 stdout: to the output"]);
  });

  it("tells a callback's error, and goes on", async () => {
    const errors: unknown[] = [];
    const supervisor = await supervise("which.mjs", {
      onWorker: () => {
        throw new Error("on purpose");
      },
      onError: (error) => errors.push((error as Error).message),
    });

    expect(await new LineClient(supervisor.addresses[0]?.port).line()).toMatch(/^[01] \d+$/);
    expect(new Set(errors)).toEqual(new Set(["on purpose"]));
  });

  it("serves a unix address with one socket, and refuses one for each slot", async () => {
    const path = `\0pollux-${String(process.pid)}`;

    await expect(supervise("echo.mjs", { listen: [{ path }] })).rejects.toMatchObject({
      code: "ERR_INVALID_ARG_VALUE",
    });
    const supervisor = await supervise("echo.mjs", { listen: [{ path }], share: "shared" });
    const [address] = supervisor.addresses;

    using client = Socket.open(sys.AF_UNIX, sys.SOCK_STREAM, 0, { blocking: true });
    client.connectSync(address!);
    client.send(Buffer.from("hello"));
    const buffer = Buffer.alloc(5);
    expect(client.recv(buffer)).toBe(5);
    expect(String(buffer)).toBe("hello");
  });

  it("takes over a socket that listens already, with the connections that wait there", async () => {
    const listening = Socket.open(sys.AF_INET, sys.SOCK_STREAM).bind(LOOPBACK).listen();
    const { localAddress } = listening;
    const early = new LineClient(localAddress.port);

    const supervisor = await supervise("which.mjs", {
      ...{ share: "exclusive", listen: [localAddress], adopted: [listening] },
    });

    expect(String(supervisor.addresses[0])).toBe(String(localAddress));
    expect(await early.line()).toMatch(/^[01] \d+$/);
  });

  it("passes connections of all sockets to the workers in turn, while all have as many", async () => {
    const open = (address: AddressLike): Socket =>
      Socket.open(sys.AF_INET, sys.SOCK_STREAM)
        .setOption("SO_REUSEPORT", true)
        .bind(address)
        .listen();
    const first = open(LOOPBACK);
    const { localAddress } = first;
    const supervisor = await supervise("which.mjs", {
      ...{ workers: 3, share: "accept", listen: [localAddress, LOOPBACK] },
      adopted: [first, open(localAddress)],
    });

    const slots: string[] = [];
    for (let visit = 0; visit < 12; visit++) {
      const line = await new LineClient(localAddress.port).line();
      slots.push(line?.split(" ")[0] ?? "none");
    }

    expect(slots.join("")).toMatch(/^(012){4}$|^(120){4}$|^(201){4}$/);
    expect(supervisor.addresses).toHaveLength(2);
  });

  it("refuses a socket that listens at another address, and closes it", async () => {
    const before = openDescriptors();
    const listening = Socket.open(sys.AF_INET, sys.SOCK_STREAM).bind(LOOPBACK).listen();

    await expect(supervise("echo.mjs", { adopted: [listening] })).rejects.toMatchObject({
      code: "ERR_INVALID_ARG_VALUE",
    });

    expect(openDescriptors()).toEqual(before);
  });

  it("answers who has connected when it stops, before it lets the port go", async () => {
    const supervisor = await supervise("echo.mjs", {});
    const { port } = supervisor.addresses[0]!;
    const clients = Array.from({ length: 20 }, () => new LineClient(port));
    await Promise.all(clients.map(({ socket }) => new Promise((r) => socket.once("connect", r))));
    for (const { socket } of clients) socket.end("hello\n");

    const stopped = supervisor.stop();

    expect(await Promise.all(clients.map((client) => client.line()))).toEqual(
      clients.map(() => "hello"),
    );
    expect(await stopped).toMatchObject({ connections: 20, broken: 0 });
    const next = createServer();
    onTestFinished(() => void next.close());
    await new Promise<void>((resolve) => next.listen(port, "127.0.0.1", resolve));
  });

  it("that is killed while a worker loads its modules leaves the port free", async () => {
    await using first = new Program(process.execPath, [program("supervised.mjs"), "0", "slow.mjs"]);
    const { port, pid } = JSON.parse(await first.nextLine()) as { port: number; pid: number };

    process.kill(first.pid, "SIGKILL");
    await first.ended;
    const next = Socket.open(sys.AF_INET, sys.SOCK_STREAM);
    onTestFinished(() => {
      next.close();
      process.kill(pid, "SIGKILL");
    });

    next.setOption("SO_REUSEADDR", true).bind({ address: "127.0.0.1", port }).listen();
  });

  it("that is killed leaves no worker, not even a stopped one, and its port is free", async () => {
    await using first = new Program(process.execPath, [program("supervised.mjs"), "0"]);
    const { port, pids } = JSON.parse(await first.nextLine()) as { port: number; pids: number[] };
    process.kill(pids[0]!, "SIGSTOP");

    process.kill(first.pid, "SIGKILL");
    await Promise.all(pids.map(ended));

    await using second = new Program(process.execPath, [program("supervised.mjs"), String(port)]);
    expect(JSON.parse(await second.nextLine())).toMatchObject({ port });
  });
});
