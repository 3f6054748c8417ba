import net from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { Injection, whyNotAttachable } from "../support/injection.ts";
import { Program, run } from "../support/program.ts";
import { KINDS, type Kind } from "../support/reactors.ts";

const POLLUX = join(import.meta.dirname, "../../dist/lib/index.js");
const notAttachable = await whyNotAttachable(process.pid);

/** A manager that echoes in a process of its own, and says in lines what its connections are told. */
async function serving({ multiplexer, edge }: Kind, wrapper: readonly string[] = []) {
  const source = `
    import { createMultiplexer, EventManager } from ${JSON.stringify(POLLUX)};
    const multiplexer = createMultiplexer("${multiplexer}", { edge: ${String(edge)} });
    const manager = new EventManager({ multiplexer, onError: (error) => console.log("onError", error.message) });
    const listener = manager.listen("tcp://127.0.0.1:0", (connection, event) => {
      if (event.type === "read") {
        connection.send(connection.recv.bytes);
        connection.recv.consume();
      }
      if (event.type === "error") console.log(connection.role, event.error.syscall, event.error.code);
      if (event.type === "close" && connection === listener) console.log("listener closed");
    });
    console.log(listener.localAddress.port);
    process.stdin.on("end", () => manager.close()).resume();
    await manager.run();`;
  const node = [process.execPath, "--input-type=module", "--eval", source];
  const [command = "", ...args] = [...wrapper, ...node];
  const program = new Program(command, args);
  onTestFinished(() => program[Symbol.asyncDispose]());
  return { program, port: Number(await program.nextLine()) };
}

/** @returns what comes back; what came before a reset, if there is one */
async function echoed(port: number, message: string): Promise<string> {
  const client = net.connect(port, "127.0.0.1");
  let answer = "";
  client.setEncoding("latin1").on("data", (data: string) => (answer += data));
  client.on("error", () => undefined);
  const closed = new Promise((resolve) => client.once("close", resolve));
  client.end(message);
  await closed;
  return answer;
}

/** What strace makes fail; what the client of that moment hears; what the handler is told. */
const FAULTS: readonly (readonly [string, string, string | null])[] = [
  ["accept4:error=ENOBUFS:when=1", "first", "listener accept4 ENOBUFS"],
  ["recvfrom:error=ECONNRESET:when=1", "", "accepted recv ECONNRESET"],
  ["accept4:error=ECONNABORTED:when=1", "first", null],
  ["accept4:error=EINTR:when=1", "first", null],
  ["recvfrom:error=EINTR:when=1", "first", null],
  ["sendto,sendmsg:error=EPIPE:when=1", "", "accepted send EPIPE"],
  ["sendto,sendmsg:error=EINTR:when=1", "first", null],
];

function isDefault({ multiplexer, edge }: Kind): boolean {
  return multiplexer === "epoll" && !edge;
}

describe.each(KINDS)("EventManager on $multiplexer, edge: $edge", (kind) => {
  it("turns clients away while there is no descriptor, and serves the next", async () => {
    const { program, port } = await serving(kind, ["prlimit", "--nofile=48"]);
    const clients = Array.from({ length: 40 }, () => net.connect(port, "127.0.0.1"));
    for (const client of clients) client.on("error", () => undefined);

    // Those that are turned away end at once; those that are served stay.
    const ends = clients.map((client) => {
      return new Promise((resolve) => client.resume().once("close", resolve));
    });
    await Promise.race(ends);
    for (const client of clients) client.end();
    await Promise.all(ends);

    expect(await echoed(port, "next")).toBe("next");
    program.end();
    expect(await program.ended).toMatchObject({ code: 0, stderr: "" });
  });

  it("fails the one connection whose name needs a descriptor, when there is none", async () => {
    const source = `
      import { closeSync, openSync } from "node:fs";
      import { createMultiplexer, EventManager } from ${JSON.stringify(POLLUX)};
      const multiplexer = createMultiplexer("${kind.multiplexer}", { edge: ${String(kind.edge)} });
      const manager = new EventManager({ multiplexer });
      const lines = [];
      let ended = false;
      manager.listen("tcp://127.0.0.1:0", () => undefined);
      const full = [];
      try { for (;;) full.push(openSync("/dev/null")); } catch {}
      manager.connect("tcp://localhost:1", (_, { type, error }) => {
        lines.push(error ? error.code : type);
        ended ||= type === "close";
      });
      while (!ended) manager.poll(1000);
      for (const fd of full) closeSync(fd);
      console.log(lines.join());
      manager.close();`;
    const { code, stdout, stderr } = await run(
      ...(["prlimit", "--nofile=64", process.execPath, "--input-type=module"] as const),
      ...["--eval", source],
    );

    expect({ code, stdout, stderr }).toEqual({
      ...{ code: 0, stderr: "" },
      stdout: "open,EMFILE,close\n",
    });
  });

  describe.skipIf(notAttachable !== undefined)("when a system call fails", () => {
    it.each(isDefault(kind) ? FAULTS : FAULTS.slice(0, 2))(
      "%s: goes on with the next client",
      async (fault, answer, told) => {
        const { program, port } = await serving(kind);
        const [calls = "", how = ""] = fault.split(/:(.*)/);
        const faults = calls.split(",").map((call) => `${call}:${how}`);
        const injection = await Injection.attach(program.pid, ...faults);

        const first = await echoed(port, "first");
        const seen = await injection.detach();
        const next = await echoed(port, "next");

        expect(seen.some(({ injected }) => injected)).toBe(true);
        expect({ first, next }).toEqual({ first: answer, next: "next" });
        if (told !== null) expect(await program.nextLine()).toBe(told);
        program.end();
        const { code, stdout, stderr } = await program.ended;
        expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
        expect(stdout.split("\n").slice(told === null ? 1 : 2)).toEqual(["listener closed", ""]);
        await injection[Symbol.asyncDispose]();
      },
    );
  });
});
