import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";

const REGISTER = pathToFileURL(join(import.meta.dirname, "../../dist/lib/net/register.js")).href;

/** Runs a program of CommonJS with the module registered. */
function run(program: string): string {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ["--import", REGISTER, "--eval", program],
    {
      encoding: "utf8",
      timeout: 60_000,
    },
  );
  return stdout + stderr;
}

describe("pollux/net/register", () => {
  it("puts node:http on this package's sockets", () => {
    const out = run(
      `const http = require("http");
       const server = http.createServer((request, response) => {
         console.log(request.socket.multiplexer, request.socket instanceof require("net").Socket);
         response.end("hi");
       }).listen(0, () => {
         http.get({ port: server.address().port, agent: false }, (response) => {
           response.on("data", (data) => console.log(String(data), response.socket.multiplexer));
           response.on("end", () => server.close());
         });
       });`,
    );

    expect(out).toBe("epoll true\nhi epoll\n");
  });

  it("leaves standard streams and pipes of children to Node", () => {
    const out = run(
      `const { spawn } = require("child_process");
       const child = spawn("cat");
       child.stdout.on("data", (data) => console.log(String(data), child.stdout.multiplexer));
       child.stdin.end("through cat");`,
    );

    expect(out).toBe("through cat undefined\n");
  });

  it("replaces what modules import, too", () => {
    const out = run(
      `import("node:net").then(({ connect, Server }) => {
         const server = new Server((socket) => socket.end()).listen(0, () => {
           const socket = connect(server.address().port);
           console.log(socket.multiplexer, server.multiplexer);
           socket.on("close", () => server.close()).resume();
         });
       });`,
    );

    expect(out).toBe("epoll epoll\n");
  });
});
