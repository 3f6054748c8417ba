import { Worker } from "node:worker_threads";
import { describe, expect, it, onTestFinished } from "vitest";
import { Address } from "../../lib/address/address.ts";
import type { Endpoint } from "../../lib/address/endpoint.ts";
import {
  type AsyncCreateConnectionOptions,
  createConnection,
  createConnectionSync,
  interleaved,
} from "../../lib/socket/create_connection.ts";
import { createServer, createServers } from "../../lib/socket/create_server.ts";
import { Socket } from "../../lib/socket/socket.ts";
import * as sys from "../../lib/sys/index.ts";
import { openDescriptors } from "../support/descriptors.ts";
import { withHosts, withoutHosts } from "../support/hosts.ts";
import { Python } from "../support/python.ts";

const DIST = new URL("../../dist/lib/index.js", import.meta.url).href;

const failure = (fields: object): Error => expect.objectContaining(fields) as Error;

function own<T extends { close(): void }>(one: T): T {
  onTestFinished(() => {
    one.close();
  });
  return one;
}

/** Listening on one port of ::1 and 127.0.0.1. */
function both(backlog = 5): { six: Socket; four: Socket; port: number } {
  const [four, six] = createServers("localhost:0", { backlog }).map(own);
  if (!four || !six) throw new Error("this machine has only one family");
  return { six, four, port: four.localAddress.port ?? 0 };
}

/** Fills the queue of a listener with backlog 0: it neither takes nor refuses, until these clients are gone. */
function deafen(listener: Socket): Socket[] {
  const { localAddress: to } = listener;
  const clients = [1, 2, 3, 4].map(() => own(Socket.open(to.family, sys.SOCK_STREAM)));
  for (const client of clients) client.connect(to);
  return clients;
}

/** A port of ::1 and 127.0.0.1 where nobody listens. */
function nobody(): number {
  const bound = own(Socket.open(sys.AF_INET6, sys.SOCK_STREAM));
  bound.setOption("IPV6_V6ONLY", false).bind({ address: "::", port: 0 });
  return bound.localAddress.port ?? 0;
}

/** The open sockets: a forgotten one would be closed later, but not by now. */
function sockets(): string[] {
  return Object.values(openDescriptors()).filter((target) => target.startsWith("socket:"));
}

type Connect = (to: Endpoint, options?: AsyncCreateConnectionOptions) => Promise<Socket>;

const BOTH: readonly (readonly [string, Connect])[] = [
  [
    "createConnectionSync",
    (to, options) => Promise.resolve().then(() => own(createConnectionSync(to, options))),
  ],
  ["createConnection", async (to, options) => own(await createConnection(to, options))],
];

describe.each(BOTH)("%s", (_name, connectTo) => {
  it("connects to a name, non-blocking and close-on-exec", async () => {
    const { port, four } = both();

    const socket = await connectTo(`localhost:${String(port)}`);

    const accepted = four.accept();
    if (accepted) own(accepted);
    expect(socket.remoteAddress.port).toBe(port);
    expect(socket.blocking).toBe(false);
    expect(sys.fcntl(socket.fd, sys.F_GETFD) & sys.FD_CLOEXEC).not.toBe(0);
  });

  it("prefers the first family, and makes one attempt where that answers", async () => {
    const { port, six, four } = both();

    const socket = await connectTo({ port }, { blocking: true });

    expect(String(socket.remoteAddress)).toBe(`[::1]:${String(port)}`);
    expect(socket.blocking).toBe(true);
    expect(own(six.accept()!).remoteAddress.equals(socket.localAddress)).toBe(true);
    expect(four.accept()).toBeNull();
  });

  it("goes to the other family at once where the first refuses", async () => {
    const { port, six } = both();
    six.close();

    const socket = await connectTo({ port }, { attemptDelayMs: Infinity });

    expect(String(socket.remoteAddress)).toBe(`127.0.0.1:${String(port)}`);
  });

  it("goes to the other family after the delay where the first does not answer", async () => {
    const { port, six, four } = both(0);
    deafen(six);
    const before = sockets();

    const socket = await connectTo({ port }, { attemptDelayMs: 10 });

    // The loser is closed.
    expect(sockets()).toHaveLength(before.length + 1);
    expect(String(socket.remoteAddress)).toBe(`127.0.0.1:${String(port)}`);
    expect(own(four.accept()!).remoteAddress.equals(socket.localAddress)).toBe(true);
  });

  it("waits longer than 200 ms for an answer, if it is not told how long", async () => {
    const { port, six } = both(0);
    deafen(six);

    // The attempt at the other family, which would succeed, has not begun.
    await expect(connectTo({ port }, { timeoutMs: 200 })).rejects.toThrow(
      failure({ name: "SystemError", code: "ETIMEDOUT", address: "::1" }),
    );
  });

  it("tells all errors where every attempt is refused, in the order of the attempts", async () => {
    const port = nobody();
    const [six, four] = [`::1:${String(port)}`, `127.0.0.1:${String(port)}`];

    const before = sockets();

    const error = await connectTo({ port }).catch((each: unknown) => each);

    expect(sockets()).toEqual(before);
    expect(error).toBeInstanceOf(AggregateError);
    expect(error).toMatchObject({
      code: "ECONNREFUSED",
      message: `connect ECONNREFUSED ${six}; connect ECONNREFUSED ${four}`,
      errors: [
        { name: "SystemError", code: "ECONNREFUSED", syscall: "connect", address: "::1", port },
        { name: "SystemError", code: "ECONNREFUSED", address: "127.0.0.1", port },
      ],
    });
  });

  it("throws the error itself where there was one attempt", async () => {
    const port = nobody();

    await expect(connectTo(`127.0.0.1:${String(port)}`)).rejects.toThrow(
      failure({ name: "SystemError", code: "ECONNREFUSED", address: "127.0.0.1", port }),
    );
    await expect(connectTo({ path: "/nowhere/at/all" })).rejects.toThrow(
      failure({ code: "ENOENT", path: "/nowhere/at/all" }),
    );
  });

  it("ends all attempts when the time has passed: ETIMEDOUT, with the address of each", async () => {
    const { port, six, four } = both(0);
    deafen(six);
    deafen(four);
    const before = sockets();

    const error = await connectTo({ port }, { timeoutMs: 100, attemptDelayMs: 10 }).catch(
      (each: unknown) => each,
    );

    expect(sockets()).toEqual(before);
    expect(error).toMatchObject({
      code: "ETIMEDOUT",
      errors: [
        { code: "ETIMEDOUT", syscall: "connect", address: "::1" },
        { code: "ETIMEDOUT", syscall: "connect", address: "127.0.0.1" },
      ],
    });
  });

  it("does not begin the next attempt when the time has passed", async () => {
    const { port, six } = both(0);
    deafen(six);

    await expect(connectTo({ port }, { timeoutMs: 50, attemptDelayMs: Infinity })).rejects.toThrow(
      failure({ name: "SystemError", code: "ETIMEDOUT", address: "::1", port }),
    );
  });

  it("tries one family only, if asked to", async () => {
    const { port } = both();

    const socket = await connectTo({ port }, { family: sys.AF_INET });

    expect(socket.family).toBe(sys.AF_INET);
    await expect(connectTo(`127.0.0.1:${String(port)}`, { family: sys.AF_INET6 })).rejects.toThrow(
      failure({ code: "EAI_ADDRFAMILY" }),
    );
  });

  it("connects from a local address, to addresses of its family, as Python sees it", async () => {
    await using python = new Python();
    await python.run("listener = socket.create_server(('127.0.0.1', 0))");
    const port = (await python.run("listener.getsockname()[1]")) as number;

    const socket = await connectTo({ port }, { localAddress: { address: "127.0.0.2", port: 0 } });

    const peer = await python.run("listener.accept()[1]");
    expect(peer).toEqual(["127.0.0.2", socket.localAddress.port]);
  });

  it("names the local address that this machine does not have", async () => {
    const { port } = both();
    const localAddress = { address: "192.0.2.1", port: 0 };

    await expect(connectTo({ port }, { localAddress })).rejects.toThrow(
      failure({ code: "EADDRNOTAVAIL", syscall: "bind", address: "192.0.2.1" }),
    );
  });

  it.each([
    ["SOCK_STREAM", sys.SOCK_STREAM],
    ["SOCK_SEQPACKET", sys.SOCK_SEQPACKET],
  ])("connects to a unix address: %s", async (what, type) => {
    const path = `\0pollux-create-connection-${String(process.pid)}-${what}`;
    own(createServer({ path }, { type }));

    const socket = await connectTo({ path }, { type });

    expect(socket.type).toBe(type);
  });

  it("connects datagrams, to the port of their own service", async () => {
    const socket = await connectTo("127.0.0.1:syslog", { type: sys.SOCK_DGRAM });

    expect(String(socket.remoteAddress)).toBe("127.0.0.1:514");
  });

  it("fails with the error of the lookup, and leaves nothing open", async () => {
    const before = openDescriptors();

    await expect(connectTo("nowhere.invalid:80")).rejects.toThrow(failure({ code: "EAI_NONAME" }));
    await expect(connectTo("localhost")).rejects.toThrow(
      failure({ code: "ERR_INVALID_ARG_VALUE" }),
    );

    expect(openDescriptors()).toEqual(before);
  });
});

describe("createConnection", () => {
  it("waits until a full queue of a unix listener has room", async () => {
    const path = `\0pollux-create-connection-${String(process.pid)}-full`;
    const listener = own(createServer({ path }, { backlog: 0 }));
    own(Socket.open(sys.AF_UNIX, sys.SOCK_STREAM)).connect({ path });

    const connecting = createConnection({ path });
    await new Promise(setImmediate);
    own(listener.accept()!);

    expect(own(await connecting).remoteAddress.path).toBe(path);
  });

  it("takes a late answer of the first address while it tries the next", async () => {
    const { port, six, four } = both(0);
    const waiting = deafen(six);
    deafen(four);

    const connecting = createConnection({ port }, { attemptDelayMs: 10 });
    await new Promise((resolve) => setTimeout(resolve, 50));
    for (const client of waiting) client.close(); // or the kernel asks again for those, too
    for (let next = six.accept(); next; next = six.accept()) next.close();

    expect(own(await connecting).family).toBe(sys.AF_INET6);
  });

  it("is rejected with the reason of a signal, and ends its attempts", async () => {
    const { port, six, four } = both(0);
    deafen(six);
    deafen(four);
    const controller = new AbortController();

    const connecting = createConnection(
      { port },
      { signal: controller.signal, attemptDelayMs: 10 },
    );
    setTimeout(() => {
      controller.abort(new Error("mine"));
    }, 30);

    await expect(connecting).rejects.toThrow("mine");
    await expect(createConnection({ port }, { signal: controller.signal })).rejects.toThrow("mine");
  });
});

describe("createConnectionSync", () => {
  it("does not keep a thread from ending", async () => {
    const { port, six, four } = both(0);
    deafen(six);
    deafen(four);
    const worker = new Worker(
      `import(${JSON.stringify(DIST)}).then(({ createConnectionSync }) => {
        require("node:worker_threads").parentPort.postMessage("now");
        createConnectionSync({ port: ${String(port)} });
      });`,
      { eval: true },
    );
    await new Promise((resolve) => worker.once("message", resolve));

    expect(await worker.terminate()).toBe(1);
  });
});

describe("interleaved", () => {
  const addresses = (...hosts: string[]): Address[] =>
    hosts.map((address) => Address.from({ address, port: 1 }));

  it.each([
    [[], []],
    [["127.0.0.1"], ["127.0.0.1"]],
    [
      ["::1", "::2", "::3", "127.0.0.1", "127.0.0.2"],
      ["::1", "127.0.0.1", "::2", "127.0.0.2", "::3"],
    ],
    [
      ["127.0.0.1", "::1", "::2", "::3"],
      ["127.0.0.1", "::1", "::2", "::3"],
    ],
  ])("makes of %j %j", (before, after) => {
    expect(interleaved(addresses(...before)).map(({ address }) => address)).toEqual(after);
  });
});

describe.skipIf(withoutHosts)("with a name of both families", () => {
  it("both ways, and the clients, reach the one address that a Python server is at", async () => {
    const found = await withHosts(
      "::1 both\n127.0.0.1 both\n127.0.0.2 both\n",
      `
      import { spawn } from "node:child_process";
      import { once } from "node:events";
      const server = spawn("python3", ["-c", \`
import socket
listener = socket.create_server(("127.0.0.2", 0))
print(listener.getsockname()[1], flush=True)
while True:
    there, peer = listener.accept()
    there.sendall(b"Sun Nov 29 01:33:22 2026\\\\r\\\\n")
    there.close()
\`]);
      const [data] = await once(server.stdout, "data");
      const to = "both:" + String(data).trim();
      print(String(pollux.createConnectionSync(to).remoteAddress.address));
      print(String((await pollux.createConnection(to)).remoteAddress.address));
      print(pollux.daytimeSync(to));
      print(await pollux.daytime(to));
      print(new pollux.EchoClient(to).server.address);
      print(new pollux.UdpEchoClient(to).server.address.length > 0);
      server.kill();
      process.exit();`,
    );

    const time = "Sun Nov 29 01:33:22 2026";
    expect(found).toEqual(["127.0.0.2", "127.0.0.2", time, time, "127.0.0.2", true]);
  });
});
