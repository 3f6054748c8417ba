import { describe, expect, it } from "vitest";
import { MULTIPLEXERS } from "../../lib/multiplexer/create.ts";
import { UdpEchoClient } from "../../lib/servers/udp_echo_client.ts";
import { UdpEchoServer } from "../../lib/servers/udp_echo_server.ts";
import { Socket } from "../../lib/socket/socket.ts";
import * as sys from "../../lib/sys/index.ts";
import { Python } from "../support/python.ts";

const pattern = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => i * 7);

describe.each(MULTIPLEXERS)("UdpEchoServer on %s", (multiplexer) => {
  it.each(["127.0.0.1", "::1"])("echoes datagrams of any size on %s", async (address) => {
    using server = new UdpEchoServer({ address, port: 0 }, { multiplexer });
    const running = server.run();
    using client = new UdpEchoClient(server.address, { timeoutMs: 20_000 });

    for (const size of [0, 1, 1000, 60_000]) {
      expect(await client.ask(pattern(size))).toEqual(pattern(size));
    }
    server.stop();
    await running;

    expect(server.totals).toEqual({
      ...{ datagrams: 4, bytes: 61_001, bytesOut: 61_001, unanswered: 0 },
      ...{ truncated: 0, refused: 0 },
    });
    expect([client.retried, client.strangers]).toEqual([0, 0]);
  });

  it("answers from the address that was asked, bound to all of them", async () => {
    await using python = new Python();
    using server = new UdpEchoServer({ address: "0.0.0.0", port: 0 }, { multiplexer });
    const running = server.run();
    const { port = 0 } = server.address;

    await python.run("there = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)");
    for (const asked of ["127.0.0.1", "127.0.0.77", "127.1.2.3"]) {
      await python.run(`there.sendto(b"x", ("${asked}", ${port}))`);
      expect(await python.run("there.recvfrom(9)[1]")).toEqual([asked, port]);
    }

    server.stop();
    await running;
  });
});

describe("UdpEchoServer", () => {
  it("serves many clients of Python at once, and outlives those who are gone", async () => {
    await using python = new Python();
    using server = new UdpEchoServer({ address: "127.0.0.1", port: 0 });
    const running = server.run();
    const { port = 0 } = server.address;

    await python.run(
      `there = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for i in range(100)]`,
    );
    await python.run(`for s in there: s.connect(("127.0.0.1", ${port}))`);
    await python.run("for i, s in enumerate(there): s.send(b'gone'); s.send(b'%d' % i)");
    await python.run("for s in there[50:]: s.close()");
    await python.run("for s in there[:50]: s.settimeout(50)");

    expect(await python.run("[(s.recv(9), s.recv(9))[1].decode() for s in there[:50]]")).toEqual(
      Array.from({ length: 50 }, (_, i) => String(i)),
    );
    server.stop();
    await running;
  });

  it("leaves no descriptor open when its address is taken", () => {
    using server = new UdpEchoServer({ address: "127.0.0.1", port: 0 });

    expect(() => new UdpEchoServer(server.address)).toThrow(
      expect.objectContaining({ code: "EADDRINUSE", syscall: "bind" }),
    );
    server.close();
  });
});

describe("UdpEchoClient", () => {
  it.each([
    ["::1", {}],
    ["::1", { scopeId: "lo" }],
    ["::1", { flowInfo: 1 }],
    ["::", {}],
    ["::ffff:127.0.0.1", {}],
    ["::ffff:0.0.0.0", {}],
    ["127.0.0.1", {}],
    ["0.0.0.0", {}],
  ])("knows the server by the address that it answers from: %s %o", async (address, more) => {
    using server = new UdpEchoServer({ address: "::", port: 0 });
    const running = server.run();
    const { port = 0 } = server.address;
    using client = new UdpEchoClient({ address, port, ...more }, { timeoutMs: 20_000 });

    expect(await client.ask(Buffer.from("q"))).toEqual(Uint8Array.from(Buffer.from("q")));

    expect(client.strangers).toBe(0);
    server.stop();
    await running;
  });

  it("names its options, and the zone of a link-local server in its errors", () => {
    expect(() => new UdpEchoClient(LOOPBACK, { timeout: 1 } as object)).toThrow(
      expect.objectContaining({
        code: "ERR_INVALID_ARG_VALUE",
        message: expect.stringMatching(/options\.timeout.*timeoutMs, retries/) as string,
      }),
    );
    const gone = { address: "fe80::1", port: 9, scopeId: "lo" };
    using client = new UdpEchoClient(gone, { timeoutMs: 1, retries: 0 });
    expect(() => client.askSync(Buffer.from("x"))).toThrow(
      expect.objectContaining({ address: "fe80::1%lo", port: 9 }),
    );
  });

  const LOOPBACK = { address: "127.0.0.1", port: 0 };
  const udp = (): Socket => Socket.open(sys.AF_INET, sys.SOCK_DGRAM).bind(LOOPBACK);

  it("asks again when no answer comes, and gives up after so many times", () => {
    using silent = udp();
    using client = new UdpEchoClient(silent.localAddress, { timeoutMs: 10, retries: 2 });

    expect(() => client.askSync(Buffer.from("x"))).toThrow(
      expect.objectContaining({ code: "ETIMEDOUT", address: "127.0.0.1" }),
    );

    const buffer = new Uint8Array(9);
    expect([1, 2, 3, 4].map(() => silent.recv(buffer))).toEqual([1, 1, 1, null]);
    expect(client.retried).toBe(2);
  });

  it("takes the answer to a repeated question", async () => {
    using server = udp();
    using client = new UdpEchoClient(server.localAddress, { timeoutMs: 20, retries: 100 });
    const answer = client.ask(Buffer.from("question"));
    const buffer = Buffer.alloc(64);

    let asked = 0;
    while (asked < 3) {
      const received = server.recvFrom(buffer);
      if (received) asked++;
      if (received && asked === 3) server.sendTo(Buffer.from("answer"), received.address!);
      await new Promise((resolve) => setImmediate(resolve));
    }

    expect(Buffer.from(await answer).toString()).toBe("answer");
    expect(client.retried).toBeGreaterThanOrEqual(2);
  });

  it("does not take an answer from anybody else", async () => {
    using server = udp();
    using stranger = udp();
    using client = new UdpEchoClient(server.localAddress, { timeoutMs: 10_000 });
    const answer = client.ask(Buffer.from("question"));

    const { address } = server.recvFrom(Buffer.alloc(64))!;
    stranger.sendTo(Buffer.from("wrong"), address!);
    stranger.sendTo(Buffer.from("wrong"), address!);
    server.sendTo(Buffer.from("right"), address!);

    expect(Buffer.from(await answer).toString()).toBe("right");
    expect(client.strangers).toBe(2);
  });

  it("is given up with an AbortSignal", async () => {
    using server = udp();
    using client = new UdpEchoClient(server.localAddress, { timeoutMs: 10_000 });

    await expect(client.ask(Buffer.from("x"), AbortSignal.timeout(10))).rejects.toThrow(
      expect.objectContaining({ name: "TimeoutError" }),
    );
  });
});

describe.each([
  ["IPv4", sys.AF_INET, "127.0.0.1"],
  ["IPv6", sys.AF_INET6, "::1"],
] as const)("UDP against a dead server, on %s", (_, family, address) => {
  const open = (): Socket => Socket.open(family, sys.SOCK_DGRAM).bind({ address, port: 0 });
  const byte = Uint8Array.of(1);
  const deadAddress = () => {
    using dead = open();
    return dead.localAddress;
  };

  it("says nothing to an unconnected socket: sendTo succeeds, no error ever arrives", () => {
    using socket = open();

    expect(socket.sendTo(byte, deadAddress())).toBe(1);
    expect(socket.recv(new Uint8Array(1))).toBeNull();
    expect(socket.takeError()).toBeNull();
    expect(socket.sendTo(byte, deadAddress())).toBe(1);
  });

  it.each(["recv", "send"] as const)(
    "says ECONNREFUSED once to a connected one, with its next %s",
    (call) => {
      using socket = open();
      socket.connect(deadAddress());

      expect(socket.send(byte)).toBe(1);

      expect(() => socket[call](byte)).toThrow(
        expect.objectContaining({ code: "ECONNREFUSED", syscall: call }),
      );
      expect(socket.recv(new Uint8Array(1))).toBeNull();
    },
  );

  it("lets the socket connect to another peer, and hear of that one only", () => {
    using first = open();
    using second = open();
    using socket = open();
    socket.connect(deadAddress());

    socket.connect(first.localAddress);
    socket.send(byte);
    socket.connect(second.localAddress);
    first.sendTo(byte, socket.localAddress);
    second.sendTo(new Uint8Array(2), socket.localAddress);

    expect(first.recv(new Uint8Array(9))).toBe(1);
    expect([socket.recv(new Uint8Array(9)), socket.recv(new Uint8Array(9))]).toEqual([2, null]);
  });

  it("lets the connection be dissolved with AF_UNSPEC", () => {
    using peer = open();
    using socket = open();
    socket.connect(peer.localAddress);

    socket.disconnect();

    expect(() => socket.remoteAddress).toThrow(expect.objectContaining({ code: "ENOTCONN" }));
    expect(() => socket.send(byte)).toThrow(expect.objectContaining({ code: "EDESTADDRREQ" }));
    expect(socket.sendTo(byte, peer.localAddress)).toBe(1);
  });
});
