// Where the library and the runtime meet: threads, signals, node:net, the end of the process.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { Socket as NodeSocket, createConnection, createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { READABLE, Socket, createMultiplexer, isSystemError, sys } from "pollux";
import { about, test, until } from "./suite.mjs";

const program = (name) => new URL(`programs/${name}.mjs`, import.meta.url);

/** The flags with which a runtime runs a program. */
const RUN = "Deno" in globalThis ? ["run", "--allow-all"] : [];

function isOpen(fd) {
  try {
    sys.fcntl(fd, sys.F_GETFD);
    return true;
  } catch (error) {
    if (isSystemError(error, "EBADF")) return false;
    throw error;
  }
}

about("threads", () => {
  test("a worker imports the library", async () => {
    const worker = new Worker(program("answer"));
    const [answer] = await once(worker, "message");
    assert.deepEqual(answer, { multiplexers: ["select", "poll", "epoll"], ready: 1 });
    await worker.terminate();
  });

  test("a worker that waits can be terminated, and its descriptors are closed", async () => {
    const worker = new Worker(program("waiting"));
    const [fd] = await once(worker, "message");
    await worker.terminate();
    await until(() => !isOpen(fd));
  });

  test("two workers wait at the same time", async () => {
    const workers = [new Worker(program("answer")), new Worker(program("answer"))];
    const answers = await Promise.all(workers.map((worker) => once(worker, "message")));
    assert.deepEqual(
      answers.map(([{ ready }]) => ready),
      [1, 1],
    );
    await Promise.all(workers.map((worker) => worker.terminate()));
  });
});

function terminate(pid) {
  try {
    process.kill(pid, "SIGTERM");
  } catch (error) {
    if (error.code !== "ESRCH") throw error; // it has ended meanwhile
  }
}

/** Runs a program of programs/, and sends it SIGTERM again and again while it waits. */
async function outputOf(name, ...args) {
  const child = spawn(process.execPath, [...RUN, fileURLToPath(program(name)), ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  let timer;
  child.stdout.setEncoding("utf8").on("data", (part) => {
    output += part;
    if (part.includes("waiting")) timer = setInterval(() => terminate(child.pid), 20);
  });
  const [code, signal] = await once(child, "close");
  clearInterval(timer);
  return { output, code, signal };
}

about("processes", () => {
  test("a program ends when nothing is left to do", async () => {
    assert.deepEqual(await outputOf("ending"), { output: "ended\n", code: 0, signal: null });
  });

  test("process.exit ends a program although a wait is pending", async () => {
    assert.deepEqual(await outputOf("exiting"), { output: "exiting\n", code: 7, signal: null });
  });

  test("pollux serve echoes until SIGTERM", async () => {
    const main = fileURLToPath(new URL("../../dist/lib/cli/main.js", import.meta.url));
    const args = [...RUN, main, "serve", "--multiplexer", "poll", "--port", "0"];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    const ended = once(child, "close");
    const [line] = await once(child.stdout.setEncoding("utf8"), "data");
    const client = createConnection(Number(/:(\d+)$/m.exec(line)[1]), "127.0.0.1");
    client.write("hello");
    assert.equal(String(await once(client, "data")), "hello");
    client.destroy();
    terminate(child.pid);
    assert.equal((await ended)[0], 0);
  });

  test("a signal ends a blocking wait, and its handler runs", async () => {
    const { output } = await outputOf("signalled");
    assert.equal(output, "waiting\nhandled signal\n");
  });

  test("a signal that came before a blocking wait ends it as well", async () => {
    const { output } = await outputOf("signalled", "before");
    assert.equal(output, "handled signal\n");
  });

  test("a signal's handler runs while an asynchronous wait is pending", async () => {
    const { output } = await outputOf("signalled_async");
    assert.equal(output, "waiting\nhandled\n");
  });
});

about("node:net", () => {
  test("a descriptor goes to new net.Socket({ fd })", async (t) => {
    const [mine, theirs] = Socket.pair();
    t.closing(mine);
    const node = new NodeSocket({ fd: theirs.detach() });
    node.end("from node:net");
    await once(node, "finish");
    const buffer = Buffer.alloc(64);
    await until(() => mine.recv(buffer) === 13);
    node.destroy();
  });

  test("Socket.fromNode takes a listener's descriptor", async (t) => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    t.after(() => server.close());
    const same = t.closing(Socket.fromNode(server));
    assert.equal(same.localAddress.port, server.address().port);
    same.setOption("TCP_DEFER_ACCEPT", 3);
  });

  test("Socket.fromNode takes a connection's descriptor", async (t) => {
    const server = createServer((socket) => socket.on("error", () => undefined)).listen(
      0,
      "127.0.0.1",
    );
    await once(server, "listening");
    const client = createConnection(server.address().port, "127.0.0.1");
    await once(client, "connect");
    t.after(() => {
      client.destroy();
      server.close();
    });
    const same = t.closing(Socket.fromNode(client));
    assert.equal(same.remoteAddress.port, server.address().port);
    assert.equal(typeof same.getOption("TCP_INFO").rtt, "number");
  });

  test("a multiplexer waits for a connection that node:net made", async (t) => {
    const server = createServer((socket) => socket.end("hello")).listen(0, "127.0.0.1");
    await once(server, "listening");
    t.after(() => server.close());
    const client = t.closing(Socket.open(sys.AF_INET, sys.SOCK_STREAM));
    client.connect({ address: "127.0.0.1", port: server.address().port });
    const mux = t.closing(createMultiplexer());
    mux.add(client, READABLE);
    assert.equal(await mux.wait(5000, () => undefined), 1);
  });
});

about("the library", () => {
  test("is one for import and require", () => {
    const required = createRequire(import.meta.url)("pollux");
    assert.equal(required.Socket, Socket);
  });
});
