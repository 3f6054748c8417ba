import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, type Server, connect, createServer } from "node:net";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Program } from "../support/program.ts";

const SOURCE = fileURLToPath(new URL("../../examples/proxy.ts", import.meta.url));
// Inside the package, so that it can import itself by its name.
const BUILT = fileURLToPath(new URL("../../build-examples-proxy/", import.meta.url));
const MIB = 1024 * 1024;
const TOTAL = 64 * MIB;

beforeAll(() => {
  mkdirSync(BUILT, { recursive: true });
  const compilerOptions = { module: ts.ModuleKind.ES2022, target: ts.ScriptTarget.ES2022 };
  const { outputText } = ts.transpileModule(readFileSync(SOURCE, "utf8"), { compilerOptions });
  writeFileSync(`${BUILT}proxy.mjs`, outputText);
});

afterAll(() => {
  rmSync(BUILT, { recursive: true });
});

/** A server that hashes what it gets, slowly, and answers with the hash. */
async function slowServer(): Promise<Server> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    const hash = createHash("sha256");
    socket.on("data", (bytes: Buffer) => {
      hash.update(bytes);
      socket.pause();
      setImmediate(() => socket.resume());
    });
    socket.on("end", () => socket.end(hash.digest("hex")));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

async function proxyTo(port: number): Promise<[Program, number]> {
  const program = new Program(process.execPath, [`${BUILT}proxy.mjs`, "0", String(port)]);
  const line = await program.nextLine();
  const [, own = ""] = /^proxy listening on 127\.0\.0\.1:(\d+)$/.exec(line) ?? [];
  expect(line).toMatch(/listening on/);
  return [program, Number(own)];
}

describe("examples/proxy.ts", () => {
  it("passes on all bytes to a slow side, and the answer back", async () => {
    const server = await slowServer();
    const [program, port] = await proxyTo((server.address() as AddressInfo).port);
    await using _program = program;
    const client = connect(port, "127.0.0.1");
    const hash = createHash("sha256");
    const chunk = randomBytes(MIB);
    for (let sent = 0; sent < TOTAL; sent += chunk.length) {
      hash.update(chunk);
      if (!client.write(chunk)) await new Promise((resolve) => client.once("drain", resolve));
    }
    client.end();

    const answers: Buffer[] = [];
    for await (const bytes of client) answers.push(bytes as Buffer);

    expect(Buffer.concat(answers).toString()).toBe(hash.digest("hex"));
    server.close();
    program.kill("SIGTERM");
    expect(await program.ended).toMatchObject({ code: 0, stderr: "" });
  });

  it("closes a client whose target does not answer, says so, and goes on", async () => {
    const server = await slowServer();
    const { port: nobody } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const [program, port] = await proxyTo(nobody);
    await using _program = program;

    for (let round = 0; round < 2; round++) {
      const client = connect(port, "127.0.0.1");
      client.resume();
      await new Promise((resolve) => client.once("close", resolve));
    }
    program.kill("SIGTERM");

    const { code, stderr } = await program.ended;
    expect(code).toBe(0);
    expect(stderr).toMatch(/POLLUX_CALLBACK_FAILED.*ECONNREFUSED/);
  });
});
