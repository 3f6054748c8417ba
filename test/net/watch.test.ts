import { once } from "node:events";
import net from "node:net";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Injection, whyNotAttachable } from "../support/injection.ts";
import { Program } from "../support/program.ts";
import { listening, NAMES } from "./serving.ts";

const NET = join(import.meta.dirname, "../../dist/lib/net/index.js");
const notAttachable = await whyNotAttachable(process.pid);

/** A program that imports pollux/net as `net`. */
function start(source: string, wrapper: readonly string[], name: string): Program {
  const text = `import * as net from ${JSON.stringify(NET)};\nnet.setDefaultMultiplexer("${name}");\n${source}`;
  const node = [process.execPath, "--input-type=module", "--eval", text];
  const [command = "", ...args] = [...wrapper, ...node];
  return new Program(command, args);
}

describe.each(NAMES)("with no descriptor left for the loop of %s", (name) => {
  // The socket takes the first one; what the loop waits with, the others.
  it.each([1, 2, 3])("an error tells it, when there are %i", async (count) => {
    const server = net.createServer((socket) => socket.on("error", () => undefined).resume());
    const port = await listening(server);
    await using program = start(
      `import { closeSync, openSync } from "node:fs";
       const full = [];
       try { for (;;) full.push(openSync("/dev/null")); } catch {}
       for (const fd of full.splice(0, ${String(count)})) closeSync(fd);
       const said = [];
       const client = net.connect(${String(port)}, "127.0.0.1");
       client.on("connect", () => { said.push("connect"); client.destroy(); });
       client.on("error", ({ code }) => said.push(code));
       client.on("close", () => { said.push("close"); });
       process.on("exit", () => {
         for (const fd of full) closeSync(fd);
         console.log(said.join());
       });`,
      ["prlimit", "--nofile=64"],
      name,
    );

    const { code, stdout, stderr } = await program.ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(count === 1 ? /^EMFILE,close$/m : /^(EMFILE|connect),close$/m);
  });
});

describe.skipIf(notAttachable !== undefined)("when epoll has no room for another watch", () => {
  it("a client gets an error, a server drops the connection, and both go on", async () => {
    await using program = start(
      `import { createInterface } from "node:readline";
       const server = net.createServer((socket) => socket.end("served"));
       server.on("drop", () => console.log("drop"));
       server.listen(0, "127.0.0.1", () => console.log(server.address().port));
       for await (const line of createInterface({ input: process.stdin })) {
         if (line === "stop") break;
         const client = net.connect(server.address().port, "127.0.0.1");
         client.on("error", ({ code, syscall }) => console.log(code, syscall));
         client.on("data", (data) => console.log(String(data)));
       }
       server.close();
       process.stdin.destroy();`,
      [],
      "epoll",
    );
    const port = Number(await program.nextLine());

    await using injection = await Injection.attach(program.pid, "epoll_ctl:error=ENOSPC");
    const foreign = net.connect(port, "127.0.0.1").resume();
    const foreignClosed = once(foreign, "close");
    expect(await program.nextLine()).toBe("drop");
    await foreignClosed;
    program.say("go");
    // The kernel connects it all the same: the server drops that connection as well.
    const heard = [await program.nextLine(), await program.nextLine()];
    expect(heard.sort()).toEqual(["ENOSPC epoll_ctl", "drop"]);
    await injection.detach();
    program.say("go");
    expect(await program.nextLine()).toBe("served");
    program.say("stop");

    expect(await program.ended).toMatchObject({ code: 0, stderr: "" });
  });
});
