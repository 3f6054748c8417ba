import { describe, expect, it } from "vitest";
import type { Connection } from "../../lib/reactor/connection.ts";
import { EchoServer } from "../../lib/servers/echo_server.ts";
import { clientAddress, proxyHeader } from "../../lib/servers/proxy_protocol.ts";
import type { ServerProtocol, StreamServerOptions } from "../../lib/servers/stream_options.ts";
import { StreamServer } from "../../lib/servers/stream_server.ts";
import { TcpUdpEchoServer } from "../../lib/servers/tcp_udp_echo_server.ts";
import { Python } from "../support/python.ts";
import { KINDS, reactorOf } from "../support/reactors.ts";

const LOOPBACK = { address: "127.0.0.1", port: 0 };

/** What the client in Python knows: headers of both versions, and how a connection has ended. */
const CLIENT = `
def version1(source="192.0.2.1", port=56324):
    return f"PROXY TCP4 {source} 198.51.100.2 {port} 443\\r\\n".encode()
def version2(source="192.0.2.1", port=56324, command=0x21, family=0x11):
    addresses = socket.inet_aton(source) + socket.inet_aton("198.51.100.2") + struct.pack("!HH", port, 443)
    block = addresses if family == 0x11 else b""
    return b"\\r\\n\\r\\n\\0\\r\\nQUIT\\n" + struct.pack("!BBH", command, family, len(block)) + block
def connect(data=b"", nodelay=True):
    there = socket.create_connection(("127.0.0.1", port))
    there.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    there.sendall(data)
    return there
def exactly(there, size):
    data = b""
    while len(data) < size:
        more = there.recv(size - len(data))
        if not more: break
        data += more
    return data.decode()
def end(there):
    try:
        while there.recv(4096): pass
        return "end"
    except ConnectionResetError:
        return "reset"
def bytewise(data):
    there = connect()
    for byte in data: there.sendall(bytes([byte]))
    return there
`;

interface Seen {
  readonly event: string;
  readonly client: string;
  readonly proxied: boolean;
  readonly error?: unknown;
}

/** An echo that tells what it was called with. */
class Recorder implements ServerProtocol {
  readonly seen: Seen[] = [];

  onConnect(connection: Connection): void {
    this.#note("connect", connection);
  }

  onData(connection: Connection, buffer: Uint8Array, offset: number, length: number): undefined {
    this.#note(
      `data ${Buffer.from(buffer.subarray(offset, offset + length)).toString()}`,
      connection,
    );
    connection.write(buffer, offset, length);
  }

  onClose(connection: Connection, error: unknown): void {
    this.#note("close", connection, error);
  }

  #note(event: string, connection: Connection, error?: unknown): void {
    const client = String(clientAddress(connection));
    const proxied = proxyHeader(connection) !== null;
    this.seen.push({ event, client, proxied, ...(error !== undefined && { error }) });
  }
}

/** Serves while `use` runs, and returns the totals. */
async function serving(
  protocol: ServerProtocol,
  options: StreamServerOptions,
  use: (python: Python, server: StreamServer) => Promise<unknown>,
): Promise<StreamServer["totals"]> {
  const server = new StreamServer(LOOPBACK, protocol, { proxyProtocol: true, ...options });
  const running = server.run();
  try {
    await using python = new Python();
    await python.run(CLIENT);
    await python.run(`port = ${String(server.address.port)}`);
    await use(python, server);
  } finally {
    server.stop();
  }
  return await running;
}

describe.each(KINDS)("a StreamServer with proxyProtocol on $multiplexer, edge: $edge", (kind) => {
  it.each(["version1()", "version2()"])(
    "passes data on that come with a %s, and tells whose they are",
    async (header) => {
      const protocol = new Recorder();

      const totals = await serving(protocol, kind, async (python) => {
        await python.run(`there = connect(${header} + b'hello')`);
        expect(await python.run("exactly(there, 5)")).toBe("hello");
        await python.run("there.sendall(b'again')");
        expect(await python.run("exactly(there, 5)")).toBe("again");
        await python.run("there.close()");
      });

      const from = { client: "192.0.2.1:56324", proxied: true };
      expect(protocol.seen).toEqual([
        { event: "connect", ...from },
        { event: "data hello", ...from },
        { event: "data again", ...from },
        { event: "close", ...from, error: null },
      ]);
      expect(totals).toMatchObject({ connections: 1, broken: 0, rejected: 0, bytesOut: 10 });
    },
  );

  it.each(["version1()", "version2()"])("reads a %s that comes byte by byte", async (header) => {
    const totals = await serving(new Recorder(), kind, async (python) => {
      await python.run(`there = bytewise(${header} + b'hello')`);
      expect(await python.run("exactly(there, 5)")).toBe("hello");
    });

    expect(totals).toMatchObject({ connections: 1, broken: 0 });
  });

  it.each([
    ["LOCAL", "version2(command=0x20, family=0)"],
    ["UNKNOWN", "b'PROXY UNKNOWN\\r\\n'"],
  ])("serves the proxy itself, which says %s", async (_name, header) => {
    const protocol = new Recorder();

    await serving(protocol, kind, async (python) => {
      await python.run(`there = connect(${header} + b'hello')`);
      expect(await python.run("exactly(there, 5)")).toBe("hello");
      expect(protocol.seen[0]?.client).toBe(
        `127.0.0.1:${String(await python.run("there.getsockname()[1]"))}`,
      );
    });

    expect(protocol.seen[0]).toMatchObject({ event: "connect", proxied: true });
  });

  it.each([
    ["no header", "b'GET / HTTP/1.1\\r\\n'"],
    ["a wrong line", "b'PROXY TCP4 ::1 ::1 1 2\\r\\n'"],
    ["a wrong version", "version2(command=0x31)"],
    ["half a header, and the end", "version1()[:20]"],
  ])("resets a client with %s, counts it as broken, and serves the next", async (_name, data) => {
    const protocol = new Recorder();

    const totals = await serving(protocol, kind, async (python) => {
      await python.run(`there = connect(${data})`);
      if (data.endsWith("]")) await python.run("there.shutdown(socket.SHUT_WR)");
      expect(await python.run("end(there)")).toBe("reset");
      expect(protocol.seen).toEqual([]);
      await python.run("there = connect(version1() + b'hello')");
      expect(await python.run("exactly(there, 5)")).toBe("hello");
    });

    expect(totals).toMatchObject({ connections: 1, broken: 1, rejected: 0 });
    expect(protocol.seen.filter(({ event }) => event === "close").length).toBe(1);
  });

  it("takes a client that sends nothing and ends for no error: it has only looked", async () => {
    const protocol = new Recorder();

    const totals = await serving(protocol, kind, async (python) => {
      await python.run("there = connect()");
      await python.run("there.shutdown(socket.SHUT_WR)");
      expect(await python.run("end(there)")).toBe("end");
    });

    expect(totals).toMatchObject({ connections: 0, broken: 0, peakOpen: 1 });
    expect(protocol.seen).toEqual([]);
  });

  it("counts the clients for maxPerAddress, not the proxy", async () => {
    const totals = await serving(new Recorder(), { ...kind, maxPerAddress: 1 }, async (python) => {
      await python.run("first = connect(version1('192.0.2.1', 1) + b'hello')");
      expect(await python.run("exactly(first, 5)")).toBe("hello");
      await python.run("second = connect(version2('192.0.2.2', 1) + b'hello')");
      expect(await python.run("exactly(second, 5)")).toBe("hello");
      await python.run("third = connect(version2('192.0.2.1', 2) + b'hello')");
      expect(await python.run("end(third)")).toBe("reset");

      await python.run("first.shutdown(socket.SHUT_WR)");
      expect(await python.run("end(first)")).toBe("end");
      await python.run("fourth = connect(version1('192.0.2.1', 3) + b'hello')");
      expect(await python.run("exactly(fourth, 5)")).toBe("hello");
    });

    expect(totals).toMatchObject({
      ...{ connections: 3, rejected: 1, broken: 0, limits: { maxPerAddress: 1 } },
    });
  });

  it("keeps what comes with the header for a protocol that pauses at once", async () => {
    const seen: string[] = [];
    const paused: Connection[] = [];
    const protocol: ServerProtocol = {
      onConnect(connection) {
        connection.pause();
        connection.write(Buffer.from("paused"));
        paused.push(connection);
      },
      onData(connection, buffer, offset, length) {
        seen.push(Buffer.from(buffer.subarray(offset, offset + length)).toString());
        connection.write(buffer, offset, length);
        return undefined;
      },
    };

    await serving(protocol, kind, async (python) => {
      await python.run("there = connect(version2() + b'hello')");
      expect(await python.run("exactly(there, 6)")).toBe("paused");
      expect(seen).toEqual([]);
      paused[0]?.resume();
      expect(await python.run("exactly(there, 5)")).toBe("hello");
    });

    expect(seen).toEqual(["hello"]);
  });

  it("tells a protocol of the end that closes in onConnect, and offers it nothing", async () => {
    const seen: string[] = [];
    const protocol: ServerProtocol = {
      onConnect(connection) {
        seen.push("connect");
        connection.close();
      },
      onData() {
        seen.push("data");
        return undefined;
      },
      onClose(_connection, error) {
        seen.push(`close ${String(error)}`);
      },
    };

    const totals = await serving(protocol, kind, async (python) => {
      await python.run("there = connect(version1() + b'hello')");
      await python.run("end(there)");
    });

    expect(seen).toEqual(["connect", "close null"]);
    expect(totals).toMatchObject({ connections: 1, broken: 0 });
  });

  it("offers bytes again that onData does not use, without the header", async () => {
    const offered: string[] = [];
    const lines: ServerProtocol = {
      onData(connection, buffer, offset, length) {
        const text = Buffer.from(buffer.subarray(offset, offset + length)).toString();
        offered.push(text);
        const end = text.lastIndexOf("\n") + 1;
        if (end > 0) connection.write(Buffer.from(text.slice(0, end)));
        return end;
      },
    };

    await serving(lines, kind, async (python) => {
      await python.run("there = connect(version1() + b'one\\ntw')");
      expect(await python.run("exactly(there, 4)")).toBe("one\n");
      await python.run("there.sendall(b'o\\n')");
      expect(await python.run("exactly(there, 4)")).toBe("two\n");
    });

    expect(offered).toEqual(["one\ntw", "two\n"]);
  });

  it("ends a client without a header after readTimeoutMs, also without onData", async () => {
    const options = { ...kind, readTimeoutMs: 100 };

    const totals = await serving({}, options, async (python) => {
      await python.run("there = connect(b'PROXY TCP4 ')");
      expect(await python.run("end(there)")).toBe("end");
      await python.run("there = connect(version1())");
      await python.run("there.sendall(b'never answered')");
    });

    expect(totals).toMatchObject({ connections: 1, broken: 1, limits: { readTimeoutMs: 1 } });
  });

  it("gives the first message after the header its own readTimeoutMs", async () => {
    const protocol = new Recorder();

    await serving(protocol, { ...kind, readTimeoutMs: 100 }, async (python) => {
      await python.run("there = connect(version1())");
      expect(await python.run("end(there)")).toBe("end");
    });

    const [, close] = protocol.seen;
    expect(close).toMatchObject({ event: "close", error: { code: "ETIMEDOUT" } });
    expect((close!.error as Error).message).toBe(
      "recv ETIMEDOUT (readTimeoutMs of 100 ms has passed)",
    );
  });

  it("answers what came with a header when it stops", async () => {
    const totals = await serving(new Recorder(), kind, async (python, server) => {
      await python.run("there = connect()");
      await python.run("done = connect(version1() + b'done')");
      expect(await python.run("exactly(done, 4)")).toBe("done");
      await python.run("there.sendall(version2() + b'hello')");
      server.stop();
      expect(await python.run("exactly(there, 99)")).toBe("hello");
      expect(await python.run("end(done)")).toBe("end");
      await python.run("there.close()");
      await python.run("done.close()");
    });

    expect(totals).toMatchObject({ connections: 2, broken: 0 });
  });
});

describe("proxyProtocol", () => {
  it("ends a client without a header after 3 seconds, and shows no limits that nobody has set", async () => {
    const server = new EchoServer(LOOPBACK, { proxyProtocol: true });
    const running = server.run();
    await using python = new Python();
    await python.run(CLIENT);
    await python.run(`port = ${String(server.address.port)}`);

    await python.run("there = connect()");
    expect(await python.run("end(there)")).toBe("end");

    server.stop();
    const totals = await running;
    expect(totals).toMatchObject({ connections: 0, broken: 1 });
    expect(totals).not.toHaveProperty("limits");
  }, 20_000);

  it("is off by default: a header is data, and the client is the socket's peer", async () => {
    const protocol = new Recorder();

    await serving(protocol, { proxyProtocol: false }, async (python) => {
      await python.run("there = connect(b'PROXY UNKNOWN\\r\\n')");
      expect(await python.run("exactly(there, 15)")).toBe("PROXY UNKNOWN\r\n");
    });

    expect(protocol.seen[0]).toMatchObject({ event: "connect", proxied: false });
    expect(protocol.seen[0]?.client).toMatch(/^127\.0\.0\.1:\d+$/);
  });

  it("is also for the connections of a server that has UDP as well", async () => {
    const server = new TcpUdpEchoServer(LOOPBACK, { proxyProtocol: true });
    const running = server.run();
    await using python = new Python();
    await python.run(CLIENT);
    await python.run(`port = ${String(server.address.port)}`);

    await python.run("there = connect(version2() + b'hello')");
    expect(await python.run("exactly(there, 5)")).toBe("hello");
    await python.run("datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)");
    await python.run("datagrams.connect(('127.0.0.1', port))");
    await python.run("datagrams.send(b'datagram')");
    expect(await python.run("datagrams.recv(99).decode()")).toBe("datagram");

    server.stop();
    expect(await running).toMatchObject({ tcp: { connections: 1 }, udp: { datagrams: 1 } });
  });

  it("contradicts messages, and is a boolean", () => {
    const make = (options: object) => () => new EchoServer({ path: "" }, options);
    expect(make({ proxyProtocol: true, type: "seqpacket" })).toThrow(
      expect.objectContaining({ code: "ERR_INVALID_ARG_VALUE" }),
    );
    expect(make({ proxyProtocol: 1 })).toThrow(
      expect.objectContaining({ code: "ERR_INVALID_ARG_TYPE" }),
    );
  });

  it("tells onError of a protocol that fails at data behind the header, and of no wrong header", async () => {
    const errors: unknown[] = [];
    const reactor = reactorOf({ multiplexer: "epoll", edge: false }, errors);
    const protocol: ServerProtocol = {
      onData() {
        throw new Error("of the protocol");
      },
    };
    const server = new StreamServer(LOOPBACK, protocol, { proxyProtocol: true, reactor });
    const running = reactor.run();
    await using python = new Python();
    await python.run(CLIENT);
    await python.run(`port = ${String(server.address.port)}`);

    await python.run("there = connect(b'nonsense')");
    expect(await python.run("end(there)")).toBe("reset");
    await python.run("there = connect(version1() + b'hello')");
    await python.run("end(there)");
    reactor.stop();
    await running;

    expect(errors).toEqual([expect.objectContaining({ message: "of the protocol" })]);
    expect(server.totals).toMatchObject({ connections: 1, broken: 2 });
    server.close();
    reactor.close();
  });

  it("refuses a result of onData that would reach into the header", async () => {
    const errors: unknown[] = [];
    const reactor = reactorOf({ multiplexer: "epoll", edge: false }, errors);
    const protocol: ServerProtocol = { onData: () => -1 };
    const server = new StreamServer(LOOPBACK, protocol, { proxyProtocol: true, reactor });
    const running = reactor.run();
    await using python = new Python();
    await python.run(CLIENT);
    await python.run(`port = ${String(server.address.port)}`);

    await python.run("there = connect(version1() + b'hello')");
    await python.run("end(there)");
    reactor.stop();
    await running;

    expect(errors).toEqual([expect.objectContaining({ code: "ERR_OUT_OF_RANGE" })]);
    server.close();
    reactor.close();
  });
});
