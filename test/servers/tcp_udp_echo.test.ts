import { describe, expect, it } from "vitest";
import { EchoServer } from "../../lib/servers/echo_server.ts";
import { TcpUdpEchoServer } from "../../lib/servers/tcp_udp_echo_server.ts";
import { UdpEchoServer } from "../../lib/servers/udp_echo_server.ts";
import { Socket } from "../../lib/socket/socket.ts";
import * as sys from "../../lib/sys/index.ts";
import { openDescriptors } from "../support/descriptors.ts";
import { inNamespace } from "../support/namespace.ts";
import { withoutNamespace } from "../support/privilege.ts";
import { shell } from "../support/program.ts";
import { Python } from "../support/python.ts";
import { KINDS, reactorOf, receive, settle, turnUntil } from "../support/reactors.ts";

const LOOPBACK = { address: "127.0.0.1", port: 0 };

function tcp(server: { readonly address: EchoServer["address"] }): Socket {
  return Socket.open(sys.AF_INET, sys.SOCK_STREAM).connectSync(server.address);
}

describe.each(KINDS)("TcpUdpEchoServer on $multiplexer, edge: $edge", (kind) => {
  it("echoes to socat on both, on one port", async () => {
    const server = new TcpUdpEchoServer(LOOPBACK, kind);
    const running = server.run();
    const port = String(server.address.port);

    const [stream, datagram] = await Promise.all([
      shell(`printf 'by TCP' | socat -t 60 - TCP:127.0.0.1:${port}`),
      shell(`printf 'by UDP' | socat -t 60 -,ignoreeof UDP:127.0.0.1:${port},readbytes=6`),
    ]);
    expect({ stream, datagram }).toEqual({ stream: "by TCP", datagram: "by UDP" });

    server.stop();
    expect(await running).toMatchObject({
      tcp: { connections: 1, open: 0, broken: 0, bytesIn: 6, bytesOut: 6 },
      udp: { datagrams: 1, bytes: 6, bytesOut: 6, unanswered: 0 },
    });
  });

  it.each(["0.0.0.0", "::"])(
    "answers datagrams from the address that was asked (%s)",
    async (any) => {
      await using python = new Python();
      const server = new TcpUdpEchoServer({ address: any, port: 0 }, kind);
      const running = server.run();
      const { port } = server.address;

      await python.run("there = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)");
      await python.run("there.settimeout(50)");
      for (const asked of ["127.0.0.1", "127.0.0.77", "127.1.2.3"]) {
        await python.run(`there.sendto(b"x", ("${asked}", ${String(port)}))`);
        expect(await python.run("there.recvfrom(9)[1]")).toEqual([asked, port]);
        await python.run(`other = socket.create_connection(("${asked}", ${String(port)}))`);
        expect(await python.run("other.send(b'y') and other.recv(9).decode()")).toBe("y");
        await python.run("other.close()");
      }

      server.stop();
      expect(await running).toMatchObject({ tcp: { connections: 3 }, udp: { datagrams: 3 } });
    },
  );

  it("answers all of many datagrams that came at once, between those of connections", () => {
    using server = new TcpUdpEchoServer(LOOPBACK, kind);
    using client = tcp(server);
    using udp = Socket.open(sys.AF_INET, sys.SOCK_DGRAM).setOption("SO_RCVBUF", 2 ** 20);
    const sent = Array.from({ length: 100 }, (_, index) => String(index));
    for (const text of sent) udp.sendTo(Buffer.from(text), server.address);
    client.send(Buffer.from("beside"));

    turnUntil(server.reactor, () => server.totals.udp.datagrams === 100);
    turnUntil(server.reactor, () => server.totals.tcp.bytesOut === 6);

    const answers = sent.map(() => receive(udp));
    expect(answers).toEqual(sent);
    expect(receive(client)).toBe("beside");
  });

  it("answers what had arrived by both ways before it was stopped", () => {
    const before = openDescriptors();
    const server = new TcpUdpEchoServer(LOOPBACK, kind);
    const client = tcp(server);
    client.send(Buffer.from("hello"));
    client.shutdown(sys.SHUT_WR);
    const udp = Socket.open(sys.AF_INET, sys.SOCK_DGRAM);
    udp.sendTo(Buffer.from("hello"), server.address);

    const stopped: string[] = [];
    server.stop(5000, () => stopped.push("first"));
    server.stop(5000, () => stopped.push("second"));
    const totals = server.runSync();
    server.stop(5000, () => stopped.push("afterwards"));

    expect(stopped).toEqual(["first", "second", "afterwards"]);
    expect([receive(client), receive(udp)]).toEqual(["hello", "hello"]);
    expect(totals).toMatchObject({
      tcp: { connections: 1, open: 0, broken: 0 },
      udp: { datagrams: 1, unanswered: 0 },
    });
    for (const socket of [client, udp]) socket.close();
    expect(openDescriptors()).toEqual(before);
  });

  it("shares a reactor, which it leaves open", () => {
    using reactor = reactorOf(kind);
    using other = new EchoServer(LOOPBACK, { reactor });
    const server = new TcpUdpEchoServer(LOOPBACK, { reactor });
    using client = tcp(other);

    server.stop(0);
    expect(() => server.runSync()).toThrow(expect.objectContaining({ code: "ERR_INVALID_STATE" }));
    client.send(Buffer.from("x"));
    turnUntil(reactor, () => other.totals.bytesOut === 1);

    expect(receive(client)).toBe("x");
  });
});

describe("TcpUdpEchoServer", () => {
  it.skipIf(withoutNamespace)("finds the one port that is free for both", async () => {
    const answer = await inNamespace(`
      sh("ip link set lo up; echo 40000 40007 > /proc/sys/net/ipv4/ip_local_port_range");
      const at = (port) => ({ address: "127.0.0.1", port });
      const udp = (port) => pollux.Socket.open(sys.AF_INET, sys.SOCK_DGRAM).bind(at(port));
      const ports = [];
      for (let free = 40000; free <= 40007; free++) {
        const taken = [];
        for (let port = 40000; port <= 40007; port++) if (port !== free) taken.push(udp(port));
        const server = new pollux.TcpUdpEchoServer(at(0));
        ports.push(server.address.port);
        for (const one of [server, ...taken]) one.close();
      }
      const all = Array.from({ length: 8 }, (_, index) => udp(40000 + index));
      try { new pollux.TcpUdpEchoServer(at(0)); } catch ({ code, syscall }) { ports.push(code, syscall); }
      for (const one of all) one.close();
      print(ports);
    `);

    expect(answer).toEqual([
      ...[40000, 40001, 40002, 40003, 40004, 40005, 40006, 40007],
      ...["EADDRINUSE", "bind"],
    ]);
  });

  it.each(["TCP", "UDP"])("fails for a given port that %s has, and leaves nothing open", (kind) => {
    const type = kind === "TCP" ? sys.SOCK_STREAM : sys.SOCK_DGRAM;
    using socket = Socket.open(sys.AF_INET, type).bind(LOOPBACK);
    if (kind === "TCP") socket.listen();
    const before = openDescriptors();

    expect(() => new TcpUdpEchoServer(socket.localAddress)).toThrow(
      expect.objectContaining({ code: "EADDRINUSE", port: socket.localAddress.port }),
    );

    expect(openDescriptors()).toEqual(before);
  });
});

describe("servers without a reactor of the caller's", () => {
  it.each(KINDS)("wait on the multiplexer they are given ($multiplexer, edge: $edge)", (kind) => {
    using tcp = new EchoServer(LOOPBACK, kind);
    using udp = new UdpEchoServer(LOOPBACK, { multiplexer: kind.multiplexer });
    using both = new TcpUdpEchoServer(LOOPBACK, kind);

    expect(udp.reactor.multiplexer.name).toBe(kind.multiplexer);
    for (const { reactor } of [tcp, both]) {
      const { name, edge } = reactor.multiplexer;
      expect({ multiplexer: name, edge }).toEqual(kind);
    }
  });
});

describe("UdpEchoServer on a reactor of the caller's", () => {
  it.each(KINDS)("answers, stops and closes alone ($multiplexer, edge: $edge)", (kind) => {
    using reactor = reactorOf(kind);
    const server = new UdpEchoServer(LOOPBACK, { reactor });
    using udp = Socket.open(sys.AF_INET, sys.SOCK_DGRAM);
    udp.sendTo(Buffer.from("first"), server.address);
    turnUntil(reactor, () => server.totals.datagrams === 1);
    expect(receive(udp)).toBe("first");

    expect(() => server.runSync()).toThrow(expect.objectContaining({ code: "ERR_INVALID_STATE" }));
    udp.sendTo(Buffer.from("second"), server.address);
    server.stop();
    server.close();

    expect(receive(udp)).toBe("second");
    settle(reactor);
    expect(server.totals).toMatchObject({ datagrams: 2, unanswered: 0 });
  });
});
