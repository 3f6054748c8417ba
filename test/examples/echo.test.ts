import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { withoutStrace } from "../support/strace.ts";
import { Program } from "../support/program.ts";
import { Crowd, RemoteClient, stall } from "../support/remote_client.ts";

const EXAMPLES = fileURLToPath(new URL("../../examples/", import.meta.url));
// Inside the package, so that it can import itself by its name.
const BUILT = fileURLToPath(new URL("../../build-examples/", import.meta.url));

const MIB = 1024 * 1024;
const SERVERS = [
  ["echo_server", []],
  ["echo_server", ["select"]],
  ["select_echo", []],
  ["poll_echo", []],
  ["epoll_echo", []],
  ["epoll_echo", ["edge"]],
  ["multiplexer_echo", ["select"]],
  ["multiplexer_echo", ["poll"]],
  ["multiplexer_echo", ["epoll"]],
] as const;

beforeAll(() => {
  mkdirSync(BUILT, { recursive: true });
  const compilerOptions = { module: ts.ModuleKind.ES2022, target: ts.ScriptTarget.ES2022 };
  for (const file of readdirSync(EXAMPLES).filter((name) => name.endsWith(".ts"))) {
    const source = readFileSync(EXAMPLES + file, "utf8");
    const { outputText } = ts.transpileModule(source, { compilerOptions });
    writeFileSync(BUILT + file.replace(/\.ts$/, ".mjs"), outputText);
  }
});

afterAll(() => {
  rmSync(BUILT, { recursive: true });
});

/** @param wrapper - the beginning of the command line */
async function start(
  name: string,
  args: readonly string[],
  wrapper: readonly string[] = [],
): Promise<[Program, number]> {
  const line = [...wrapper, process.execPath, `${BUILT}${name}.mjs`, "0", ...args];
  const program = new Program(line[0]!, line.slice(1));
  try {
    const line = await program.nextLine();
    const [, port = ""] = /listening on 127\.0\.0\.1:(\d+)$/.exec(line) ?? [];
    expect(line).toMatch(/listening on/);
    return [program, Number(port)];
  } catch (error) {
    await program[Symbol.asyncDispose]();
    throw error;
  }
}

describe.each(SERVERS)("examples/%s.ts %s", (name, args) => {
  it("echoes to many clients at once, outlives a reset and ends on SIGTERM", async () => {
    const [program, port] = await start(name, args);
    await using _program = program;
    await using crowd = new Crowd(port);
    expect(await crowd.join(50)).toEqual({ served: 50, turnedAway: 0, wrong: 0 });
    await using resetting = await RemoteClient.connect(port);
    await resetting.ask("roundTrips", 1, 100);
    await resetting.ask("reset");

    await using client = await RemoteClient.connect(port);
    expect(await client.ask("fetch", 4_000_000)).toEqual({ bytes: 4_000_000, matches: true });
    await client.ask("shutdown");
    expect(await client.ask("readAll")).toMatchObject({ end: "eof" });
    await crowd.leave(30);
    expect(await crowd.join(10)).toEqual({ served: 30, turnedAway: 0, wrong: 0 });
    await crowd.leave(30);

    program.kill("SIGTERM");
    const { code, signal, stderr } = await program.ended;
    // Who blocks the main thread leaves the signal to the kernel.
    const inOrder = name === "echo_server";
    expect({ code, signal }).toEqual(
      inOrder ? { code: 0, signal: null } : { code: null, signal: "SIGTERM" },
    );
    expect(stderr).toBe("");
  });
});

describe("examples/select_echo.ts", () => {
  it("turns away client number too many, and goes on", async () => {
    const [program, port] = await start("select_echo", []);
    await using _program = program;
    await using crowd = new Crowd(port);

    const { served, turnedAway, wrong } = await crowd.join(1100);

    expect({ all: served + turnedAway, wrong }).toEqual({ all: 1100, wrong: 0 });
    expect(turnedAway).toBeGreaterThan(1100 - 1024);
    for (let client = 0; client < turnedAway; client++) {
      expect(await program.nextLine()).toMatch(/^too many clients: \d+ does not fit into the set$/);
    }
    await crowd.leave(10);
    expect(await crowd.join(5)).toEqual({ served: served - 5, turnedAway: 0, wrong: 0 });
  });
});

describe.each([[[]], [["edge"]]])("examples/epoll_echo.ts %s", (args) => {
  it("serves others while one does not read, and loses nothing of what that one reads late", async () => {
    const [program, port] = await start("epoll_echo", args);
    await using _program = program;
    await using slow = await RemoteClient.connect(port);
    await using other = await RemoteClient.connect(port);
    await slow.ask("receiveBuffer", 4096);

    const bytes = await stall(slow, 64 * MIB, other);

    expect(bytes).toBeLessThan(64 * MIB);
    expect(await slow.ask("read", bytes)).toEqual({ bytes, matches: true });
  });
});

/** The descriptors of each poll(2) of a trace, in their slots. */
function slotsOf(trace: string): number[][] {
  const calls = trace.matchAll(/^\d+ +p?poll\(\[(.*?)\], \d+/gm);
  return Array.from(calls, ([, list = ""]) =>
    Array.from(list.matchAll(/\{fd=(-?\d+)/g), ([, fd]) => Number(fd)),
  );
}

describe.skipIf(withoutStrace)("examples/poll_echo.ts, traced", () => {
  it("leaves -1 in the slot of a client that has gone, and gives it to the next one", async () => {
    const file = `${BUILT}poll_trace`;
    const strace = ["strace", "-f", "--seccomp-bpf", "-qq", "-e", "trace=?poll,ppoll", "-o", file];
    const [program, port] = await start("poll_echo", [], strace);
    await using _program = program;
    const connected = async (): Promise<RemoteClient> => {
      const client = await RemoteClient.connect(port);
      await client.ask("roundTrips", 2, 10);
      return client;
    };
    await using _first = await connected();
    await using gone = await connected();
    await using last = await connected();

    await gone.ask("close");
    await last.ask("roundTrips", 2, 10);
    await using _next = await connected();

    const trace = readFileSync(file, "latin1");
    process.kill(Number.parseInt(trace, 10)); // strace itself would leave it behind, in poll(2)
    await program.ended;
    const slots = slotsOf(trace);
    const turns = slots.filter(({ length }) => length === 4);
    const before = turns.at(0) ?? [];
    expect(before.every((fd) => fd > 0)).toBe(true);
    expect(turns).toContainEqual(before.map((fd, slot) => (slot === 2 ? -1 : fd)));
    expect(turns.at(-1)).toEqual(before);
    expect(Math.max(...slots.map(({ length }) => length))).toBe(4);
  });
});

interface Call {
  readonly name: string;
  readonly fd: number;
  readonly result: string;
  readonly line: string;
}

/** The calls of a trace in order, up to each wait: `line` of the last one is that of epoll_wait. */
function turnsOf(trace: string): Call[][] {
  const turns: Call[][] = [[]];
  for (const line of trace.split("\n")) {
    const [, name, fd, result] = /^\d+ +(\w+)\((\d+),.* = (-?\d+ ?[A-Z]*)/.exec(line) ?? [];
    if (name === undefined) continue;
    turns.at(-1)?.push({ name, fd: Number(fd), result: String(result).trim(), line });
    if (name.startsWith("epoll_")) turns.push([]);
  }
  return turns;
}

describe.skipIf(withoutStrace)("examples/epoll_echo.ts edge, traced", () => {
  it("accepts, receives and sends until EAGAIN before it waits, and goes on at EPOLLOUT", async () => {
    const file = `${BUILT}trace`;
    const calls = "trace=accept4,recvfrom,sendto,?epoll_wait,epoll_pwait";
    const strace = ["strace", "-f", "--seccomp-bpf", "-qq", "-s", "64", "-e", calls, "-o", file];
    const [program, port] = await start("epoll_echo", ["edge"], strace);
    await using _program = program;
    await using crowd = new Crowd(port);
    expect(await crowd.join(50)).toEqual({ served: 50, turnedAway: 0, wrong: 0 });
    await using slow = await RemoteClient.connect(port);
    await slow.ask("receiveBuffer", 4096);
    await using other = await RemoteClient.connect(port);
    const bytes = await stall(slow, 64 * MIB, other);
    expect(await slow.ask("read", bytes)).toEqual({ bytes, matches: true });

    const turns = turnsOf(readFileSync(file, "latin1"));

    const seen = endsOf(turns);
    for (const name of ["accept4", "recvfrom", "sendto"])
      expect(seen).toContain(`${name} ${EAGAIN}`);
  });
});

const EAGAIN = "-1 EAGAIN";
const FULL = `sendto ${EAGAIN}`;
const NO_WAIT = { isShare: true, line: expect.stringMatching(/, 64, 0[,)]/) as string };

function hasRoom({ line }: Call, fd: number): boolean {
  return line.includes("EPOLLOUT") && line.includes(`u32=${String(fd)},`);
}

/** Asserts that a turn leaves no descriptor before it has nothing more to give. @returns the last calls of all */
function endsOf(turns: readonly Call[][]): Set<string> {
  const seen = new Set<string>();
  const full = new Set<number>(); // those that wait for EPOLLOUT
  for (const turn of turns.slice(0, -1)) {
    const wait = turn.at(-1)!;
    for (const fd of new Set(turn.slice(0, -1).map((call) => call.fd))) {
      const own = turn.slice(0, -1).filter((call) => call.fd === fd);
      const { name, result } = own.at(-1)!;
      seen.add(`${name} ${result}`);
      const calls = own.map(({ name, result }) => `${name} ${result}`);
      // More that arrives wakes it too: it tries to send, and reads nothing unless there is room by then.
      if (full.has(fd) && calls[0] === FULL) expect(calls).toEqual([FULL]);
      else if (full.delete(fd)) expect(own[0]!.name).toBe("sendto");
      if (`${name} ${result}` === FULL) full.add(fd);
      if (name === "recvfrom" && result === "0") continue; // the end
      // One that has had its share goes on after a look at the others.
      const isShare = own.filter((call) => call.name === "recvfrom").length === 16;
      if (result !== EAGAIN) expect({ isShare, line: wait.line }).toEqual(NO_WAIT);
    }
    for (const fd of [...full]) if (hasRoom(wait, fd)) full.delete(fd);
  }
  return seen;
}
