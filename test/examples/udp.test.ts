import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Program, run } from "../support/program.ts";
import { Python } from "../support/python.ts";

const EXAMPLES = fileURLToPath(new URL("../../examples/", import.meta.url));
// Inside the package, so that it can import itself by its name.
const BUILT = fileURLToPath(new URL("../../build-examples-udp/", import.meta.url));
const NAMES = ["udp_dead_server", "udp_echo_client", "udp_echo_server", "udp_flow_control"];

beforeAll(() => {
  mkdirSync(BUILT, { recursive: true });
  const compilerOptions = { module: ts.ModuleKind.ES2022, target: ts.ScriptTarget.ES2022 };
  for (const name of NAMES) {
    const source = readFileSync(`${EXAMPLES}${name}.ts`, "utf8");
    const { outputText } = ts.transpileModule(source, { compilerOptions });
    writeFileSync(`${BUILT}${name}.mjs`, outputText);
  }
});

afterAll(() => {
  rmSync(BUILT, { recursive: true });
});

const commandOf = (name: string, ...args: string[]): [string, string[]] => [
  process.execPath,
  [`${BUILT}${name}.mjs`, ...args],
];

describe("examples/udp_echo_server.ts and udp_echo_client.ts", () => {
  it("exchange lines, with Python too, and end in order", async () => {
    await using server = new Program(...commandOf("udp_echo_server", "0"));
    const port = /:(\d+)$/.exec(await server.nextLine())?.[1] ?? "";
    await using client = new Program(...commandOf("udp_echo_client", port, "127.0.0.5"));
    for (const line of ["one", "zwei ä"]) {
      client.say(line);
      expect(await client.nextLine()).toBe(line);
    }
    await using python = new Python();
    await python.run("there = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)");
    await python.run(`there.sendto(bytes(3000), ("127.0.0.9", ${port}))`);
    expect(await python.run("[len(there.recv(9000)), there.getsockname()[0]]")).toEqual([
      3000,
      "0.0.0.0",
    ]);

    server.kill("SIGTERM");
    const { code, stderr } = await server.ended;
    expect({ code, stderr, line: await server.nextLine() }).toEqual({
      ...{ code: 0, stderr: "" },
      line: "3 datagrams, 3010 bytes, 0 not answered",
    });
    client.say("anybody?");
    expect(await client.nextLine()).toMatch(/^no answer from 127\.0\.0\.5:\d+ after 2 retries$/);
    expect(await client.ended).toMatchObject({ code: 1, stderr: "" });
  });
});

describe("examples/udp_dead_server.ts", () => {
  it("prints what each kind of socket hears", async () => {
    const [command, args] = commandOf("udp_dead_server");

    expect(await run(command, ...args)).toMatchObject({
      ...{ code: 0, stderr: "" },
      stdout: `unconnected, after sendTo: nothing, and no error
connected, after send: ECONNREFUSED
connected, once more: nothing, and no error
connected to a living peer: 17 bytes
dissolved, send: EDESTADDRREQ
dissolved, sendTo: 17 bytes
`,
    });
  });
});

describe("examples/udp_flow_control.ts", () => {
  it("counts what was sent, received and lost, less with more room", async () => {
    const [command, args] = commandOf("udp_flow_control");

    const { stdout, stderr } = await run(command, ...args);

    const rows = [
      ...stdout.matchAll(
        /SO_RCVBUF (\d+): sent (\d+), received (\d+), lost (\d+), dropped (\d+) /g,
      ),
    ].map((row) => row.slice(1).map(Number));
    expect(stderr).toBe("");
    expect(rows).toHaveLength(4);
    for (const [, sent = 0, received = 0, lost, dropped] of rows) {
      expect(sent).toBe(2000);
      expect(lost).toBe(sent - received);
      expect(dropped).toBe(lost);
    }
    const [first, , , last] = rows;
    expect(first?.[3]).toBeGreaterThan(1900);
    expect(last?.[2]).toBeGreaterThan(first?.[2] ?? 0);
  });
});
