import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const NET = join(import.meta.dirname, "../../dist/lib/net/index.js");

/** Runs a program that imports pollux/net as `net`, to its own end. */
function run(program: string, multiplexer: string): { readonly code: number | null; out: string } {
  const source = `import * as net from ${JSON.stringify(NET)};\n${program}`;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--input-type=module", "--eval", source],
    { encoding: "utf8", timeout: 60_000, env: { ...process.env, POLLUX_MULTIPLEXER: multiplexer } },
  );
  return { code: status, out: stdout + stderr };
}

describe.each(["epoll", "poll", "select"])("a process with pollux/net on %s", (multiplexer) => {
  it("ends by itself when all is closed", () => {
    const { code, out } = run(
      `const server = net.createServer((socket) => socket.end("x")).listen(0, () => {
         const { port } = server.address();
         net.connect(port).resume().on("close", () => server.close(() => console.log("closed")));
       });`,
      multiplexer,
    );

    expect({ code, out }).toEqual({ code: 0, out: "closed\n" });
  });

  it("ends by itself when what is open is unref'd", () => {
    const { code, out } = run(
      `const server = net.createServer((socket) => socket.unref()).listen(0, () => {
         server.unref();
         net.connect(server.address().port, () => console.log("connected")).unref();
       });`,
      multiplexer,
    );

    expect({ code, out }).toEqual({ code: 0, out: "connected\n" });
  });

  it("gives what a listener throws to uncaughtException, and goes on", () => {
    const { code, out } = run(
      `process.on("uncaughtException", (error) => console.log("caught", error.message));
       let connections = 0;
       const server = net.createServer((socket) => {
         if (++connections === 2) server.close();
         socket.on("data", () => { socket.end(); throw new Error("in data"); });
         socket.on("end", () => process.nextTick(() => { throw new Error("in a tick"); }));
       }).listen(0, () => {
         const { port } = server.address();
         for (let each = 0; each < 2; each++) net.connect(port).resume().end("x");
       });
       server.on("close", () => console.log("closed"));`,
      multiplexer,
    );

    expect(code).toBe(0);
    expect(out.split("\n").sort()).toEqual([
      "",
      "caught in a tick",
      "caught in a tick",
      "caught in data",
      "caught in data",
      "closed",
    ]);
  });

  it("serves the other new connections when the listener of one throws", () => {
    const { code, out } = run(
      `import { readdirSync } from "node:fs";
       const descriptors = () => readdirSync("/proc/self/fd").length;
       let caught = 0;
       process.on("uncaughtException", () => caught++);
       let connections = 0;
       let answers = 0;
       let left = 60;
       const server = net.createServer((socket) => {
         socket.end("x");
         if (++connections % 5 === 0) throw new Error("in connection");
       }).listen(0, () => {
         const before = descriptors();
         const { port } = server.address();
         for (let each = left; each > 0; each--) {
           net.connect(port).on("data", () => answers++).on("close", () => {
             if (--left === 0) setImmediate(() => {
               console.log(caught, connections, answers, descriptors() - before);
               server.close();
             });
           });
         }
       });`,
      multiplexer,
    );

    expect({ code, out }).toEqual({ code: 0, out: "12 60 60 0\n" });
  });

  it("keeps an AsyncLocalStorage for each connection", () => {
    const { out } = run(
      `import { AsyncLocalStorage } from "node:async_hooks";
       const storage = new AsyncLocalStorage();
       const server = net.createServer((socket) => socket.pipe(socket)).listen(0, () => {
         let left = 2;
         for (const name of ["a", "b"]) storage.run(name, () => {
           const socket = net.connect(server.address().port, () => socket.write(name));
           socket.on("data", (data) => {
             console.log(String(data) === storage.getStore());
             socket.destroy();
             if (--left === 0) server.close();
           });
         });
       });`,
      multiplexer,
    );

    expect(out).toBe("true\ntrue\n");
  });
});
