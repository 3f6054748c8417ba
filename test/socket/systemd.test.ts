import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { MemFd } from "../../lib/descriptors/memfd.ts";
import { sdNotify, type ServiceState } from "../../lib/socket/sd_notify.ts";
import { listenDescriptors, watchdogIntervalMs } from "../../lib/socket/systemd.ts";
import * as sys from "../../lib/sys/index.ts";
import { BARE, PYTHON } from "../support/tools.ts";
import { Program, run } from "../support/program.ts";

const DIST = fileURLToPath(new URL("../../dist/lib/index.js", import.meta.url));
const invalid = expect.objectContaining({ name: "TypeError", code: "ERR_INVALID_ARG_VALUE" });
const self = String(process.pid);

// Accepts one connection on each, tells what it was given, and what it left in the environment.
const SERVICE = `
  import { Socket, isCloseOnExec, listenDescriptors } from ${JSON.stringify(DIST)};
  const passed = listenDescriptors();
  const sockets = passed.map(({ fd }) => Socket.fromFd(fd));
  const accepted = sockets.map((socket) => { socket.blocking = true; return socket.accept(); });
  accepted.forEach((connection, index) => connection.send(Buffer.from(passed[index].name)));
  console.log(JSON.stringify({
    passed,
    closeOnExec: passed.map(({ fd }) => isCloseOnExec(fd)),
    addresses: sockets.map(({ localAddress }) => String(localAddress)),
    again: listenDescriptors(),
    left: Object.keys(process.env).filter((name) => name.startsWith("LISTEN_")),
  }));
`;

const LAUNCHER = `
import os, socket, sys
sockets = []
for number, path in enumerate(sys.argv[2].split(",")):
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen()
    sockets.append(listener)
for number, listener in enumerate(sockets):
    os.dup2(os.dup(listener.fileno()), 100 + number)
for number in range(len(sockets)):
    os.dup2(100 + number, 3 + number, inheritable=True)
print("listening", flush=True)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS=str(len(sockets)), LISTEN_FDNAMES="first:second")
os.execvp(sys.argv[1], [sys.argv[1], "--input-type=module", "-e", sys.argv[3]])
`;

function folder(): string {
  const path = mkdtempSync(`${tmpdir()}/pollux-`);
  onTestFinished(() => {
    rmSync(path, { recursive: true });
  });
  return path;
}

/** What a listener says to who connects, until it ends the connection. */
async function hear(path: string): Promise<string> {
  const socket = connect(path);
  let text = "";
  socket.setEncoding("utf8").on("data", (more: string) => (text += more));
  await once(socket, "close");
  return text;
}

const told = (paths: string[]) => ({
  passed: [
    { fd: 3, name: "first" },
    { fd: 4, name: "second" },
  ],
  closeOnExec: [true, true],
  addresses: paths,
  again: [],
  left: [],
});

describe("listenDescriptors", () => {
  it("finds what another program listens on, by name, and leaves nothing behind", async () => {
    const at = folder();
    const paths = [`${at}/first`, `${at}/second`];
    const args = ["-c", LAUNCHER, process.execPath, paths.join(","), SERVICE];
    await using launcher = new Program(PYTHON, [...BARE, ...args]);
    await launcher.nextLine();

    const heard = await Promise.all(paths.map(hear));

    expect(heard).toEqual(["first", "second"]);
    expect(JSON.parse(await launcher.nextLine())).toEqual(told(paths));
  });

  const noActivate = spawnSync("systemd-socket-activate", ["--version"]).status !== 0;
  if (noActivate) console.log("systemd-socket-activate is not there to be tested with");

  it.skipIf(noActivate)("finds what systemd-socket-activate listens on", async () => {
    const at = folder();
    const paths = [`${at}/first`, `${at}/second`];
    await using activate = new Program("systemd-socket-activate", [
      "--fdname=first:second",
      ...paths.map((path) => `--listen=${path}`),
      ...[process.execPath, "--input-type=module", "-e", SERVICE],
    ]);
    await activate.nextError(/Listening on .*second/);

    const heard = await Promise.all(paths.map(hear));

    expect(heard).toEqual(["first", "second"]);
    expect(JSON.parse(await activate.nextLine())).toEqual(told(paths));
  });

  it.each([
    {},
    { LISTEN_FDS: "1" },
    { LISTEN_PID: self },
    { LISTEN_PID: "1", LISTEN_FDS: "1" },
    { LISTEN_PID: self, LISTEN_FDS: "0", LISTEN_FDNAMES: "" },
  ])("finds nothing in %o", (environment) => {
    expect(listenDescriptors({ environment })).toEqual([]);
  });

  it.each([
    { LISTEN_PID: "x", LISTEN_FDS: "1" },
    { LISTEN_PID: self, LISTEN_FDS: "-1" },
    { LISTEN_PID: self, LISTEN_FDS: "" },
    { LISTEN_PID: self, LISTEN_FDS: "2", LISTEN_FDNAMES: "one" },
    { LISTEN_PID: self, LISTEN_FDS: "1", LISTEN_FDNAMES: "one:two" },
  ])("refuses %o", (environment) => {
    expect(() => listenDescriptors({ environment })).toThrow(invalid);
  });

  it("leaves the variables when asked to", () => {
    const environment = { LISTEN_PID: "1", LISTEN_FDS: "1" };

    listenDescriptors({ environment, unsetEnvironment: false });
    const left = { ...environment };
    listenDescriptors({ environment });

    expect([left, environment]).toEqual([{ LISTEN_PID: "1", LISTEN_FDS: "1" }, {}]);
  });

  it.each(["9999", "999999999"])("says EBADF where not all of %s are open", async (count) => {
    const { stdout } = await run(
      process.execPath,
      "--input-type=module",
      "-e",
      `import { listenDescriptors } from ${JSON.stringify(DIST)};
       const environment = { LISTEN_PID: String(process.pid), LISTEN_FDS: "${count}" };
       try { listenDescriptors({ environment }); } catch ({ code }) { console.log(code); }`,
    );

    expect(stdout).toBe("EBADF\n");
  });
});

const RECEIVER = `
import array, os, socket, sys
receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
receiver.bind(sys.argv[1].replace("@", "\\0"))
print("bound", flush=True)
data, control, flags, address = receiver.recvmsg(4096, 1024)
fds = array.array("i")
for level, kind, bytes in control:
    if kind == socket.SCM_RIGHTS: fds.frombytes(bytes)
print(repr(data.decode()), [os.pread(fd, 99, 0).decode() for fd in fds], flush=True)
`;

describe("sdNotify", () => {
  const abstract = `@pollux-notify-${self}`;

  async function receive(address: string, state: ServiceState, file?: MemFd): Promise<string> {
    await using receiver = new Program(PYTHON, [...BARE, "-c", RECEIVER, address]);
    await receiver.nextLine();
    const descriptors = file ? [file] : [];
    const sent = sdNotify(state, { environment: { NOTIFY_SOCKET: address }, descriptors });
    expect(sent).toBe(true);
    return await receiver.nextLine();
  }

  it("reaches a receiver at a path, and one at an abstract name", async () => {
    expect(await receive(`${folder()}/notify`, "READY=1")).toBe("'READY=1' []");
    expect(await receive(abstract, { READY: 1, STATUS: "open = yes" })).toBe(
      String.raw`'READY=1\nSTATUS=open = yes' []`,
    );
  });

  it("hands over descriptors", async () => {
    using file = new MemFd("stored");
    sys.write(file.fd, Buffer.from("kept"));

    const state = { FDSTORE: 1, FDNAME: "file" };

    expect(await receive(abstract, state, file)).toBe(
      String.raw`'FDSTORE=1\nFDNAME=file' ['kept']`,
    );
  });

  it("says that nobody wants to know, and deletes the variable when asked to", () => {
    const environment = { NOTIFY_SOCKET: "@nobody-there" };

    expect(sdNotify("READY=1", { environment: {} })).toBe(false);
    expect(() => sdNotify("READY=1", { environment, unsetEnvironment: true })).toThrow(
      expect.objectContaining({ code: "ECONNREFUSED", path: "\0nobody-there" }),
    );
    expect(environment).toEqual({});
  });

  it("refuses an address of another sort, and a state that is none", () => {
    for (const address of ["vsock:2", "vsock-raw:2:1", "vsock:2:x", "udp:1", "relative"]) {
      const environment = { NOTIFY_SOCKET: address };
      expect(() => sdNotify("READY=1", { environment })).toThrow(invalid);
    }
    const environment = { NOTIFY_SOCKET: "vsock:2:1" };
    expect(() => sdNotify("FDSTORE=1", { environment, descriptors: [0] })).toThrow(invalid);
    expect(() => sdNotify("READY=1", { enviroment: {} } as object)).toThrow(invalid);
    expect(() => sdNotify({ STATUS: "two\nlines" })).toThrow(invalid);
    expect(() => sdNotify({ "no name": 1 })).toThrow(invalid);
    expect(() => sdNotify(1 as unknown as string)).toThrow(
      expect.objectContaining({ code: "ERR_INVALID_ARG_TYPE" }),
    );
  });
});

describe("watchdogIntervalMs", () => {
  it.each([
    [{ WATCHDOG_USEC: "1500000" }, 1500],
    [{ WATCHDOG_USEC: "1" }, 0.001],
    [{ WATCHDOG_USEC: "30000000", WATCHDOG_PID: self }, 30_000],
    [{ WATCHDOG_USEC: "30000000", WATCHDOG_PID: "1" }, null],
    [{ WATCHDOG_PID: self }, null],
    [{}, null],
  ])("finds in %o: %o", (environment, interval) => {
    expect(watchdogIntervalMs({ environment })).toBe(interval);
  });

  it("refuses what is no time, and deletes the variables when asked to", () => {
    for (const usec of ["", "0", "-1", "1.5", "x", "99999999999999999999"]) {
      expect(() => watchdogIntervalMs({ environment: { WATCHDOG_USEC: usec } })).toThrow(invalid);
    }
    const environment = { WATCHDOG_USEC: "1000", WATCHDOG_PID: self };

    expect(watchdogIntervalMs({ environment })).toBe(1);
    expect(watchdogIntervalMs({ environment, unsetEnvironment: true })).toBe(1);

    expect(environment).toEqual({});
    expect(() => watchdogIntervalMs({ env: {} } as object)).toThrow(invalid);
  });
});
