import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DaytimeServer } from "../../lib/servers/daytime_server.ts";
import { Program, run, shell } from "../support/program.ts";
import { RemoteClient } from "../support/remote_client.ts";

const EXAMPLES = fileURLToPath(new URL("../../examples/", import.meta.url));
// Inside the package, so that it can import itself by its name.
const BUILT = fileURLToPath(new URL("../../build-examples-services/", import.meta.url));
const NAMES = ["daytime_client", "daytime_server", "line_server"];
const TIME = /^\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4}\n$/;
const ANSWER = /^\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4}\r\n$/;

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

async function start(name: string, ...args: string[]): Promise<[Program, string]> {
  const program = new Program(process.execPath, [`${BUILT}${name}.mjs`, ...args]);
  try {
    const line = await program.nextLine();
    expect(line).toMatch(/^listening on [\d.]+:\d+$/);
    return [program, line.split(":").at(-1) ?? ""];
  } catch (error) {
    await program[Symbol.asyncDispose]();
    throw error;
  }
}

const daytimeClient = (...args: string[]): ReturnType<typeof run> =>
  run(process.execPath, `${BUILT}daytime_client.mjs`, ...args);

describe("examples/daytime_server.ts", () => {
  it("answers one client after the other on any address, in C's format, and outlives one that resets", async () => {
    const [program, port] = await start("daytime_server", "0");
    await using _program = program;
    const answers: string[] = [];
    for (const address of ["127.0.0.1", "127.0.0.2", "127.255.0.3", "127.0.0.1", "127.0.0.2"]) {
      answers.push(await shell(`socat -u TCP:${address}:${port} -`));
    }
    await using resetting = await RemoteClient.connect(Number(port));
    await resetting.ask("reset");
    answers.push(await shell(`ncat --recv-only 127.0.0.1 ${port}`));

    for (const answer of answers) expect(answer).toMatch(ANSWER);
    program.kill("SIGTERM");
    expect(await program.ended).toMatchObject({ signal: "SIGTERM", stderr: "" });
  });
});

describe("examples/daytime_client.ts", () => {
  it.each([
    ["IPv4", { address: "127.0.0.1", port: 0 }],
    ["IPv6", { address: "::1", port: 0 }],
    ["a unix socket", { path: `\0pollux-daytime-client-${String(process.pid)}` }],
  ])("prints the time of a server on %s", async (_what, address) => {
    const server = new DaytimeServer(address);
    const running = server.run();

    const { code, stdout, stderr } = await daytimeClient(String(server.address));

    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(TIME);
    server.stop();
    await running;
  });

  it.each([
    ["300.1.1.1:13", /^daytime_client: .*IPv4 address.*'300\.1\.1\.1'\)\n$/],
    [
      "localhost",
      /^daytime_client: .*must be HOST:PORT, or an address such as 127\.0\.0\.1:80.*\n$/,
    ],
    ["nowhere.invalid:13", /^daytime_client: getaddrinfo EAI_\w+ nowhere\.invalid:13 \(.*\)\n$/],
    ["[::1]:70000", /^daytime_client: .*port.*70000\n$/],
    ["/nowhere/at/all", /^daytime_client: connect ENOENT \/nowhere\/at\/all\n$/],
  ])("says in one line what is wrong with %s", async (address, line) => {
    const { code, stdout, stderr } = await daytimeClient(address);

    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(line);
  });
});

describe.each(["select", "poll", "epoll"])("examples/line_server.ts on %s", (multiplexer) => {
  it("answers each line, in any parts, and ends in order", async () => {
    const [program, port] = await start("line_server", "0", multiplexer);
    await using _program = program;

    const parts = "(printf 'one\\ntw'; sleep 0.1; printf 'enty\\n\\nrest'; sleep 0.1)";
    const answer = await shell(`${parts} | socat -t 60 - TCP:127.0.0.1:${port}`);

    expect(answer).toBe("3\n6\n0\n");
    program.kill("SIGTERM");
    expect(await program.ended).toMatchObject({ code: 0, stderr: "" });
  });
});
