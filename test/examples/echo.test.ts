import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Program } from "../support/program.ts";
import { Crowd, RemoteClient } from "../support/remote_client.ts";

const EXAMPLES = fileURLToPath(new URL("../../examples/", import.meta.url));
// Inside the package, so that it can import itself by its name.
const BUILT = fileURLToPath(new URL("../../build-examples/", import.meta.url));

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

async function start(name: string, args: readonly string[]): Promise<[Program, number]> {
  const program = new Program(process.execPath, [`${BUILT}${name}.mjs`, "0", ...args]);
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
    const { bytes = 0 } = await slow.ask("push", 64 * 1024 * 1024);

    expect(await other.ask("roundTrips", 300, 100)).toEqual({ bytes: 30_000, matches: true });

    expect(await slow.ask("read", bytes)).toEqual({ bytes, matches: true });
  });
});
