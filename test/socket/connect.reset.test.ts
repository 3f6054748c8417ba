import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { run } from "../support/program.ts";
import { faulty, withoutStrace } from "../support/strace.ts";

const CONNECT = fileURLToPath(new URL("programs/connect.mjs", import.meta.url));

describe.skipIf(withoutStrace !== undefined)("connect to a server that resets at once", () => {
  // The second connect(2) of an attempt follows its success: if the reset has come meanwhile, it takes the error.
  it.each([
    ["connectSync", 2],
    ["connect", 4],
    ["Socket.connect, blocking,", 6],
  ])("%s keeps the error that its second connect(2) takes", async (_way, call) => {
    const server = createServer((client) => client.end());
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const [strace = "", ...options] = faulty(`connect:error=ECONNRESET:when=${String(call)}`);

    const args = [...options, process.execPath, CONNECT, String(port)];
    const { stdout, stderr } = await run(strace, ...args);
    server.close();

    const ended = {};
    const reset = { code: "ECONNRESET", syscall: "connect", address: "127.0.0.1", port };
    const outcomes = [2, 4, 6].map((each) => JSON.stringify(each === call ? reset : ended));
    expect({ stdout, stderr }).toEqual({ stdout: `${outcomes.join("\n")}\n`, stderr: "" });
  });
});
