import { spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { connect, createServer, type Server, Socket as NetSocket } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { isCloseOnExec } from "../../lib/descriptors/fcntl.ts";
import { Pipe } from "../../lib/descriptors/pipe.ts";
import { createMultiplexer } from "../../lib/multiplexer/create.ts";
import { READABLE } from "../../lib/multiplexer/multiplexer.ts";
import { Socket } from "../../lib/socket/socket.ts";
import * as sys from "../../lib/sys/index.ts";
import { BARE, PYTHON } from "../support/tools.ts";

const {
  AF_INET,
  AF_INET6,
  AF_NETLINK,
  AF_UNIX,
  SOCK_DGRAM,
  SOCK_RAW,
  SOCK_SEQPACKET,
  SOCK_STREAM,
} = sys;

async function nodeServer(): Promise<[Server, number]> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(async () => {
    if (!server.listening) return;
    server.close();
    await once(server, "close");
  });
  const address = server.address();
  return [server, typeof address === "object" && address !== null ? address.port : 0];
}

async function nodeConnection(): Promise<[client: NetSocket, server: NetSocket]> {
  const [server, port] = await nodeServer();
  const client = connect(port, "127.0.0.1");
  const [[accepted]] = await Promise.all([
    once(server, "connection") as Promise<[NetSocket]>,
    once(client, "connect"),
  ]);
  onTestFinished(async () => {
    const open = [client, accepted].filter((socket) => !socket.closed);
    const closed = Promise.all(open.map((socket) => once(socket, "close")));
    open.forEach((socket) => socket.destroy());
    await closed;
  });
  return [client, accepted];
}

describe("Socket.fromFd", () => {
  it.each([
    [AF_INET, SOCK_STREAM, sys.IPPROTO_TCP],
    [AF_INET6, SOCK_DGRAM, sys.IPPROTO_UDP],
    [AF_UNIX, SOCK_SEQPACKET, 0],
    [AF_NETLINK, SOCK_RAW, sys.NETLINK_ROUTE],
  ])("finds family %d, type %d and protocol %d by itself", (family, type, protocol) => {
    using socket = Socket.fromFd(sys.socket(family, type, protocol));

    expect([socket.family, socket.type, socket.protocol]).toEqual([family, type, protocol]);
  });
});

describe("Socket.fromNode", () => {
  it("has a duplicate of a net.Socket's descriptor, close-on-exec", async () => {
    const [client, server] = await nodeConnection();
    server.pause();

    using socket = Socket.fromNode(server);
    client.write("hello");
    using mux = createMultiplexer();
    mux.add(socket, READABLE);
    await mux.wait({ timeoutMs: 10_000 }, () => undefined);

    const buffer = Buffer.alloc(9);
    expect(buffer.toString("utf8", 0, socket.recv(buffer) ?? 0)).toBe("hello");
    expect(isCloseOnExec(socket)).toBe(true);
    expect(socket.remoteAddress.port).toBe(client.localPort);
  });

  it("leaves the connection open when only one of the two is closed", async () => {
    const [client, server] = await nodeConnection();
    const socket = Socket.fromNode(server);

    socket.close();
    server.write("from node");

    const [data] = (await once(client, "data")) as [Buffer];
    expect(data.toString()).toBe("from node");
    using kept = Socket.fromNode(server);
    server.destroy();
    await once(server, "close");
    kept.send(Buffer.from("from pollux"));
    const [more] = (await once(client, "data")) as [Buffer];
    expect(more.toString()).toBe("from pollux");
  });

  it("sets options of a net.Server's socket that Node has no name for", async () => {
    const [server, port] = await nodeServer();
    using socket = Socket.fromNode(server);

    socket.setOption("TCP_DEFER_ACCEPT", 3);

    expect(socket.localAddress.port).toBe(port);
    expect(socket.getOption("SO_ACCEPTCONN")).toBe(true);
  });

  it("refuses what is no handle of Node, and what is closed", async () => {
    const [server] = await nodeServer();
    server.close();
    await once(server, "close");

    expect(() => Socket.fromNode(server)).toThrow(
      expect.objectContaining({ code: "ERR_INVALID_STATE" }),
    );
    for (const wrong of [null, 3, {}, new NetSocket({ fd: undefined as unknown as number })]) {
      expect(() => Socket.fromNode(wrong as unknown as Server)).toThrow(
        expect.objectContaining({ code: expect.stringMatching(/^ERR_INVALID_(ARG_TYPE|STATE)$/) }),
      );
    }
  });

  it("refuses a dgram.Socket and a child process as what they are, without a warning", async () => {
    const warnings: Error[] = [];
    const note = (warning: Error): unknown => warnings.push(warning);
    process.on("warning", note);
    const datagrams = createSocket("udp4").bind(0, "127.0.0.1");
    await once(datagrams, "listening");
    const child = spawn("true");
    const ended = once(child, "exit");

    for (const wrong of [datagrams, child, { _handle: { fd: 0 } }]) {
      expect(() => Socket.fromNode(wrong as unknown as Server)).toThrow(
        expect.objectContaining({ code: "ERR_INVALID_ARG_TYPE" }),
      );
    }

    datagrams.close();
    await ended;
    await new Promise((resolve) => setImmediate(resolve));
    process.off("warning", note);
    expect(warnings).toEqual([]);
  });

  it("leaves a pipe alone, which is no socket (ENOTSOCK)", async () => {
    const pipe = new Pipe();
    const owner = new NetSocket({ fd: pipe.reader.detach(), writable: false });

    expect(() => Socket.fromNode(owner)).toThrow(expect.objectContaining({ code: "ENOTSOCK" }));

    owner.destroy();
    await once(owner, "close");
    pipe.close();
  });
});

describe("detach()", () => {
  it("hands a connection to new net.Socket({ fd }), which then closes it", async () => {
    using listener = Socket.open(AF_INET, SOCK_STREAM, 0, { blocking: true });
    listener.bind({ address: "127.0.0.1", port: 0 }).listen();
    using client = Socket.open(AF_INET, SOCK_STREAM, 0, { blocking: true });
    client.connect(listener.localAddress);
    const accepted = listener.accept()!;
    const { fd } = accepted;

    const socket = new NetSocket({ fd: accepted.detach() });
    socket.end("from node");

    const buffer = Buffer.alloc(20);
    socket.resume();
    const closed = once(socket, "close");
    await once(socket, "finish");
    expect(buffer.toString("utf8", 0, client.recv(buffer) ?? 0)).toBe("from node");
    client.shutdown(sys.SHUT_WR);
    await closed;
    expect([accepted.fd, accepted.closed]).toEqual([-1, true]);
    expect(() => sys.fcntl(fd, sys.F_GETFD)).toThrow(expect.objectContaining({ code: "EBADF" }));
  });

  it("hands a listener to net.Server.listen({ fd })", async () => {
    const listener = Socket.open(AF_INET6, SOCK_STREAM);
    listener.bind({ address: "::1", port: 0 }).listen();
    const { port } = listener.localAddress;
    const server = createServer((socket) => socket.end("served")).listen({ fd: listener.detach() });
    await once(server, "listening");

    const socket = connect(port ?? 0, "::1");
    const [data] = (await once(socket, "data")) as [Buffer];

    expect(data.toString()).toBe("served");
    socket.end();
    server.close();
    await Promise.all([once(server, "close"), once(socket, "close")]);
  });
});

describe("A child process", () => {
  it("inherits a socket as its standard input and output, and as number 3", async () => {
    const [here, there] = Socket.pair(SOCK_STREAM, { blocking: true });
    using parent = here;
    const script =
      "import os, socket; s = socket.socket(fileno=3); s.sendall(s.recv(9).upper()); os.write(1, b'!')";

    const child = spawn(PYTHON, [...BARE, "-c", script], {
      stdio: ["ignore", there.fd, "inherit", there.fd],
    });
    there.close();
    parent.send(Buffer.from("hello"));
    await once(child, "exit");

    const buffer = Buffer.alloc(9);
    const text = () => buffer.toString("utf8", 0, parent.recv(buffer) ?? 0);
    expect(text()).toBe("HELLO!");
    expect(text()).toBe("");
  });
});
