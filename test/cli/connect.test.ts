import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { MULTIPLEXERS } from "../../lib/multiplexer/create.ts";
import { type Ended, Program, run } from "../support/program.ts";
import { Python } from "../support/python.ts";
import { POLLUX } from "../support/serving.ts";
import { withoutStrace } from "../support/strace.ts";

const MIB = 1024 * 1024;
const CONNECT = `${process.execPath} ${POLLUX} connect`;
const PREMATURE = "pollux: server terminated prematurely\n";

let folder: string;
let batch: string;
let hash: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "pollux-connect-"));
  batch = join(folder, "batch");
  const bytes = randomBytes(24 * MIB);
  writeFileSync(batch, bytes);
  hash = sha256(bytes);
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** A server whose connections are closed at the end of the test. */
async function serve(onConnection: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server: Server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket.on("error", () => null));
    onConnection(socket);
  });
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, "close");
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return (server.address() as AddressInfo).port;
}

interface Deferred<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
}

function deferred<T>(): Deferred<T> {
  let resolve: (value: T) => void = () => null;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

/** How many bytes clients of this port have sent that its buffers had no room for. */
function unacknowledged(port: number): number {
  const there = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  const rows = readFileSync("/proc/net/tcp", "latin1")
    .split("\n")
    .map((line) => line.trim().split(/\s+/));
  const queues = rows.filter(([, , peer]) => peer?.endsWith(there)).map(([, , , , queue]) => queue);
  return queues.reduce((sum, queue = "0") => sum + parseInt(queue, 16), 0);
}

const echo = (socket: Socket): void => {
  socket.pipe(socket);
};

/** `pollux connect` in a shell, with redirections. */
async function connect(line: string): Promise<Ended> {
  return await run("bash", "-o", "pipefail", "-c", line);
}

/** `pollux connect` on a pseudo-terminal of Python. */
async function onTerminal(python: Python, port: number, multiplexer: string): Promise<void> {
  const argv = [
    process.execPath,
    POLLUX,
    "connect",
    "-m",
    multiplexer,
    `127.0.0.1:${String(port)}`,
  ];
  await python.run(`
import pty, os
def start(argv):
    global child, terminal, seen
    seen = b""
    child, terminal = pty.fork()
    if child == 0:
        os.execv(argv[0], argv)
def until(text):
    global seen
    while text not in seen:
        seen += os.read(terminal, 1000)
    seen = seen[seen.index(text) + len(text):]
def ended():
    global seen
    try:
        while True:
            more = os.read(terminal, 1000)
            if not more: break
            seen += more
    except OSError:
        pass # EIO: the other side is closed
    status = os.waitpid(child, 0)[1]
    return [os.waitstatus_to_exitcode(status), seen.decode()]
`);
  await python.run(`start(${JSON.stringify(argv)})`);
}

describe.each(MULTIPLEXERS)("pollux connect -m %s", (multiplexer) => {
  const client = (port: number): string => `${CONNECT} -m ${multiplexer} 127.0.0.1:${String(port)}`;

  it("sends lines of a terminal as they are typed, and ends after Ctrl-D", async () => {
    const port = await serve(echo);
    await using python = new Python();
    await onTerminal(python, port, multiplexer);

    await python.run('os.write(terminal, b"hello\\n")');
    await python.run('until(b"hello\\r\\nhello\\r\\n")'); // the terminal's echo, and the server's
    await python.run('os.write(terminal, b"\\x04")');

    expect(await python.run("ended()")).toEqual([0, ""]);
  });

  it("is ended by Ctrl-C", async () => {
    const connected = deferred<Socket>();
    const port = await serve(connected.resolve);
    await using python = new Python();
    await onTerminal(python, port, multiplexer);
    (await connected.promise).write("ready\n");
    await python.run('until(b"ready\\r\\n")');

    await python.run('os.write(terminal, b"\\x03")');

    expect(await python.run("ended()")).toEqual([-2, "^C"]);
  });

  it("sees that the server ends while nothing is typed", async () => {
    const port = await serve((socket) => socket.end("goodbye\n"));
    await using python = new Python();
    await onTerminal(python, port, multiplexer);

    expect(await python.run("ended()")).toEqual([
      1,
      "goodbye\r\npollux: server terminated prematurely\r\n",
    ]);
  });

  it("sees it while a pipe is silent, too", async () => {
    const port = await serve((socket) => socket.end("goodbye\n"));
    await using program = new Program("sh", ["-c", `exec ${client(port)}`]);

    expect(await program.ended).toEqual({
      ...{ code: 1, signal: null, stdout: "goodbye\n", stderr: PREMATURE },
    });
  });

  it("loses nothing of 24 MiB that a server reads slowly", async () => {
    const port = await serve((socket) => {
      const digest = createHash("sha256");
      socket.on("data", (bytes) => {
        digest.update(bytes);
        socket.pause();
        setImmediate(() => socket.resume());
      });
      socket.on("end", () => socket.end(digest.digest("hex")));
    });

    expect(await connect(`${client(port)} < ${batch}`)).toMatchObject({ code: 0, stdout: hash });
  });

  it("gets all 24 MiB back in order, through a slow pipe", async () => {
    const port = await serve(echo);
    // A reader that lets the pipe run full again and again.
    const slow =
      "python3 -c 'import sys\nfor part in iter(lambda: sys.stdin.buffer.read1(1 << 20), b\"\"):\n  sum(part)\n  sys.stdout.buffer.write(part)'";

    const ended = await connect(`${client(port)} < ${batch} | ${slow} | sha256sum`);

    expect(ended).toMatchObject({ code: 0, stdout: `${hash}  -\n` });
  });

  it("sends all 24 MiB to a server that has ended its own direction at once", async () => {
    const received = deferred<string>();
    const port = await serve((socket) => {
      const digest = createHash("sha256");
      socket.end("no answer\n");
      socket.on("data", (bytes) => digest.update(bytes));
      socket.on("end", () => {
        received.resolve(digest.digest("hex"));
      });
    });

    expect(await connect(`${client(port)} < ${batch}`)).toMatchObject({
      ...{ code: 0, stdout: "no answer\n", stderr: "" },
    });
    expect(await received.promise).toBe(hash);
  });

  it("prints what had arrived when a server stalls and dies", async () => {
    const stalled = deferred<Socket>();
    const port = await serve((socket) => {
      socket.write("so far\n");
      // After that, nothing is read any more.
      socket.once("readable", () => {
        stalled.resolve(socket);
      });
    });
    await using program = new Program("sh", ["-c", `exec ${client(port)} < ${batch}`]);
    const server = await stalled.promise;

    // A reset drops what the client has not read yet.
    expect(await program.nextLine()).toBe("so far");
    await vi.waitUntil(() => unacknowledged(port) > 0, { interval: 10, timeout: 60_000 });
    server.resetAndDestroy();

    const ended = await program.ended;
    expect(ended).toMatchObject({ code: 1, stdout: "so far\n" });
    expect(ended.stderr).toMatch(/^pollux: (send|recv) E(PIPE|CONNRESET)\n$/);
  });

  it.each([
    ["a pipe", "echo input | CLIENT"],
    ["a FIFO", "mkfifo FOLDER/fifo; echo input > FOLDER/fifo & CLIENT < FOLDER/fifo"],
    ["a file", "echo input > FOLDER/input; CLIENT < FOLDER/input"],
    ["/dev/null", "CLIENT < /dev/null"],
    ["closed", "CLIENT <&-"],
  ])("takes as input %s", async (_, script) => {
    const own = mkdtempSync(join(folder, "input-"));
    const port = await serve(echo);
    const line = script.replaceAll("FOLDER", own).replaceAll("CLIENT", client(port));

    expect(await connect(line)).toEqual({
      ...{ code: 0, signal: null, stderr: "" },
      stdout: script.includes("input") ? "input\n" : "",
    });
  });

  it("writes to a file, and ends as by SIGPIPE when nobody reads its output", async () => {
    const port = await serve(echo);
    const output = join(folder, `output-${multiplexer}`);

    await connect(`${client(port)} < ${batch} > ${output}`);
    const early = await connect(`${client(port)} < ${batch} | head -c 100 | wc -c`);

    expect(sha256(readFileSync(output))).toBe(hash);
    expect(early).toMatchObject({ code: 141, stdout: "100\n", stderr: "" });
  });

  it.skipIf(withoutStrace)("is idle while the server reads nothing", async () => {
    const port = await serve((socket) => {
      socket.pause();
      setTimeout(() => socket.pipe(socket), 1000);
    });
    const log = join(folder, `calls-${multiplexer}`);
    const small = join(folder, `small-${multiplexer}`);
    writeFileSync(small, readFileSync(batch).subarray(0, 8 * MIB));
    const waits = "trace=epoll_wait,epoll_pwait,epoll_pwait2,poll,ppoll,select,pselect6";
    const output = join(folder, `idle-${multiplexer}`);

    const strace = `strace -f -qq -e ${waits} -o ${log}`;
    const ended = await connect(`${strace} ${client(port)} < ${small} > ${output}`);

    expect(ended).toMatchObject({ code: 0, stderr: "" });
    expect(readFileSync(output).equals(readFileSync(small))).toBe(true);
    // The bytes need some waits for each portion; who spins makes thousands more while nothing moves.
    const calls = readFileSync(log, "latin1").split("\n").length;
    expect(calls).toBeLessThan(3000);
  });
});

describe("pollux connect", () => {
  it("leaves the flags of standard input, output and errors as they are", async () => {
    const port = await serve(() => null);
    await using python = new Python();
    const argv = [process.execPath, POLLUX, "connect", `127.0.0.1:${String(port)}`];
    await python.run(`
import fcntl, subprocess, os
ends = [os.pipe() for _ in range(3)]
shared = [ends[0][0], ends[1][1], ends[2][1]]
child = subprocess.Popen(${JSON.stringify(argv)}, stdin=shared[0], stdout=shared[1], stderr=shared[2])
def flags():
    return [fcntl.fcntl(fd, fcntl.F_GETFL) & os.O_NONBLOCK for fd in shared]
`);
    await python.run("os.write(ends[0][1], b'x' * 100000)");
    const during = await python.run("flags()");
    await python.run("os.close(ends[0][1])");
    await python.run("child.kill()");
    await python.run("child.wait()");

    expect(during).toEqual([0, 0, 0]);
  });

  it("sends each line as a datagram with --udp, and prints the answers", async () => {
    await using python = new Python();
    await python.run("import threading");
    await python.run(
      "s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(('127.0.0.1', 0))",
    );
    const port = Number(await python.run("s.getsockname()[1]"));
    await python.run(`
def answer():
    for number in range(2):
        data, sender = s.recvfrom(100)
        s.sendto(b"%d: " % number + data, sender)
threading.Thread(target=answer).start()
`);

    const ended = await connect(
      `printf 'one\\ntwo\\n' | ${CONNECT} --udp 127.0.0.1:${String(port)}`,
    );

    expect(ended).toMatchObject({ code: 0, stdout: "0: one\n1: two\n", stderr: "" });
  });

  it("says with --udp that nobody listens", async () => {
    const port = await serve(() => null); // of TCP

    const ended = await connect(`(echo one; sleep 1) | ${CONNECT} --udp 127.0.0.1:${String(port)}`);

    expect(ended).toMatchObject({ code: 1, stderr: "pollux: recv ECONNREFUSED\n" });
  });

  it.each([
    ["127.0.0.1:0", []],
    ["@pollux-test-PID", []],
    ["FOLDER/socket", []],
    ["FOLDER/messages", ["--seqpacket"]],
    ["127.0.0.1:0", ["--udp"]],
  ])("listens at %s %j, and another one connects", async (where, flags) => {
    const address = where.replace("PID", String(process.pid)).replace("FOLDER", folder);
    await using server = new Program(process.execPath, [
      ...[POLLUX, "connect", "--json", "--listen", ...flags, address],
    ]);
    await server.nextError(/"listening".*\n/);
    const { address: at } = JSON.parse(server.errors) as { address: string };
    await using client = new Program(process.execPath, [POLLUX, "connect", ...flags, at]);
    client.say("from the client");
    expect(await server.nextLine()).toBe("from the client");
    server.say("from the server");
    expect(await client.nextLine()).toBe("from the server");
  });

  it("talks to socat", async () => {
    const path = join(folder, "socat");
    await using socat = new Program("socat", ["-d", "-d", `UNIX-LISTEN:${path}`, "EXEC:rev"]);
    await socat.nextError(/listening/);

    const ended = await connect(`echo stressed | ${CONNECT} ${path}`);

    expect(ended).toMatchObject({ code: 0, stdout: "desserts\n", stderr: "" });
  });

  it("goes on to the next address of a host when one refuses", async () => {
    const port = await serve(echo); // of IPv4 only

    const ended = await connect(`echo hello | ${CONNECT} localhost:${String(port)}`);

    expect(ended).toMatchObject({ code: 0, stdout: "hello\n", stderr: "" });
  });

  it.each([
    [2, "nonsense", /^pollux: 'nonsense' is not an address: it must be like [^\n]+\n$/],
    [2, "127.0.0.1:99999", /is not an address/],
    [2, "300.0.0.1:1", /is not an address/],
    [2, "--udp /path", /^pollux: --udp needs an internet address\n$/],
    [2, "--udp --seqpacket @x", /contradict each other/],
    [2, "--wait forever @x", /must be a number of seconds/],
    [1, "127.0.0.1:1", /^pollux: connect ECONNREFUSED 127\.0\.0\.1:1\n$/],
    [1, "/nowhere", /^pollux: connect ENOENT \/nowhere\n$/],
    [1, "nowhere.invalid:80", /nowhere\.invalid/],
  ])("ends with exit code %i for %s", async (code, args, message) => {
    const ended = await connect(`${CONNECT} ${args}`);

    expect(ended).toMatchObject({ code, stdout: "" });
    expect(ended.stderr).toMatch(message);
  });
});
