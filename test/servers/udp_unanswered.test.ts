import { describe, expect, it } from "vitest";
import { UdpEchoClient } from "../../lib/servers/udp_echo_client.ts";
import { UdpEchoServer } from "../../lib/servers/udp_echo_server.ts";
import { Socket } from "../../lib/socket/socket.ts";
import * as sys from "../../lib/sys/index.ts";
import { inNamespace } from "../support/namespace.ts";
import { withoutNamespace, withoutSocket } from "../support/privilege.ts";

const LOOPBACK = { address: "127.0.0.1", port: 0 };
const udp = (address = "127.0.0.1"): Socket =>
  Socket.open(address.includes(":") ? sys.AF_INET6 : sys.AF_INET, sys.SOCK_DGRAM).bind({
    address,
    port: 0,
  });
const withoutRaw = withoutSocket(sys.AF_INET, sys.SOCK_RAW, 255);

/** The texts that a socket has received. */
function received(socket: Socket): string[] {
  const texts: string[] = [];
  const buffer = Buffer.alloc(64);
  for (let size = socket.recv(buffer); size !== null; size = socket.recv(buffer)) {
    texts.push(buffer.toString("latin1", 0, size));
  }
  return texts;
}

/** Serves what is queued already. */
function serve(server: UdpEchoServer): void {
  server.stop();
  server.runSync();
}

/** Sends as if from another port of this machine: UDP in IPv4 of our own making. */
function forge(fromPort: number, toPort: number, data: string): void {
  using raw = Socket.open(sys.AF_INET, sys.SOCK_RAW, 255, { blocking: true }); // IPPROTO_RAW
  const packet = Buffer.alloc(28 + data.length);
  packet.set([0x45, 0, 0, 0, 0, 1, 0, 0, 64, 17, 0, 0, 127, 0, 0, 1, 127, 0, 0, 1]);
  packet.writeUInt16BE(fromPort, 20);
  packet.writeUInt16BE(toPort, 22);
  packet.writeUInt16BE(8 + data.length, 24);
  packet.write(data, 28);
  raw.sendTo(packet, LOOPBACK);
}

describe("UdpEchoServer", () => {
  it("does not answer a datagram that was cut, and counts it", () => {
    const server = new UdpEchoServer(LOOPBACK, { datagramSize: 10 });
    using client = udp();
    for (const size of [10, 11, 2000, 3, 11, 0])
      client.sendTo(Buffer.alloc(size, "x"), server.address);

    serve(server);

    expect(received(client).map(({ length }) => length)).toEqual([10, 3, 0]);
    expect(server.totals).toMatchObject({ datagrams: 6, unanswered: 3, truncated: 3, refused: 0 });
    expect(server.totals.bytesOut).toBe(13);
  });

  it.for(["127.0.0.1", "0.0.0.0", "::"])(
    "does not answer itself (bound to %s)",
    (address, { skip }) => {
      skip(withoutRaw !== undefined, withoutRaw);
      const server = new UdpEchoServer({ address, port: 0 });
      const { port = 0 } = server.address;

      forge(port, port, "from itself");
      serve(server);

      expect(server.totals).toMatchObject({ datagrams: 1, unanswered: 1, refused: 1 });
    },
  );

  it.for([7, 11, 13, 17, 19, 37, 53, 69, 123])(
    "does not answer port %i, which answers everything",
    (from, { skip }) => {
      skip(withoutRaw !== undefined, withoutRaw);
      const server = new UdpEchoServer(LOOPBACK);

      forge(from, server.address.port ?? 0, "from an echo service");
      serve(server);

      expect(server.totals).toMatchObject({ datagrams: 1, unanswered: 1, refused: 1 });
    },
  );

  it("comes to an end with another one that it answers", async ({ skip }) => {
    skip(withoutRaw !== undefined, withoutRaw);
    using first = new UdpEchoServer(LOOPBACK);
    using second = new UdpEchoServer({ address: "::", port: 0 });
    const running = [first.run(), second.run()];
    using client = new UdpEchoClient(first.address, { timeoutMs: 20_000 });
    const [from = 0, to = 0] = [first.address.port, second.address.port];

    forge(from, to, "round and round");
    let questions = 0;
    while (first.totals.refused + second.totals.refused === 0) {
      await client.ask(Buffer.from("q"));
      questions++;
    }
    first.stop();
    second.stop();
    await Promise.all(running);

    const datagrams = first.totals.datagrams + second.totals.datagrams - questions;
    expect(datagrams).toBe(64);
  });

  it.each([
    ["127.0.0.1", "IP_TTL", "IP_RECVTTL"],
    ["::1", "IPV6_HOPLIMIT", "IPV6_RECVHOPLIMIT"],
  ] as const)("answers with one hop less than came in, down to 1 (%s)", (address, hops, option) => {
    const server = new UdpEchoServer({ address, port: 0 });
    using client = udp(address).setOption(option, true);
    for (const value of [255, 64, 2, 1]) {
      const control = [{ type: hops, value }];
      client.sendMessage(Buffer.from("x"), { address: server.address, control });
    }

    serve(server);

    const answers = [1, 2, 3, 4].map(() =>
      client.recvMessage(Buffer.alloc(9), { control: [hops] }),
    );
    expect(answers.map((answer) => answer?.find(hops)?.value)).toEqual([254, 63, 1, undefined]);
    expect(server.totals).toMatchObject({ datagrams: 4, unanswered: 1, refused: 1 });
  });

  it.each(["0.0.0.0", "::"])("answers a broadcast from an address of its own (%s)", (address) => {
    const server = new UdpEchoServer({ address, port: 0 });
    using client = udp().setOption("SO_BROADCAST", true);
    const { port = 0 } = server.address;
    client.sendTo(Buffer.from("q"), { address: "127.255.255.255", port });

    serve(server);

    expect(client.recvFrom(Buffer.alloc(9))?.address).toMatchObject({ address: "127.0.0.1", port });
    expect(server.totals).toMatchObject({ datagrams: 1, unanswered: 0 });
  });

  it("answers multicast of IPv6, which often has one hop", async ({ skip }) => {
    skip(withoutNamespace !== undefined, withoutNamespace);
    const answer = await inNamespace(`
      sh("ip link set lo up; ip link add here type veth peer name there");
      sh("ip addr add fd01::1/64 dev here nodad; ip link set here up; ip link set there up");
      const server = new pollux.UdpEchoServer({ address: "::", port: 0 });
      const { port } = server.address;
      const client = pollux.Socket.open(sys.AF_INET6, sys.SOCK_DGRAM).bind({ address: "fd01::1", port: 0 });
      client.setOption("IPV6_MULTICAST_IF", "here");
      // All nodes are a group that every interface has.
      client.sendTo(Buffer.from("q"), { address: "ff02::1", port, scopeId: "here" });
      server.stop();
      server.runSync();
      const { address } = client.recvFrom(Buffer.alloc(9)) ?? {};
      print({ from: address?.address, same: address?.port === port });
      client.close();
    `);

    expect(answer).toEqual({ from: "fd01::1", same: true });
  });

  it("answers what has arrived when it is stopped, closes, and still says where it was", async () => {
    const server = new UdpEchoServer(LOOPBACK);
    using client = udp();
    client.setOption("SO_RCVBUF", 2 ** 20);
    for (let index = 0; index < 200; index++)
      client.sendTo(Buffer.from(String(index)), server.address);
    const { address } = server;

    server.stop();
    const totals = await server.run();

    expect(received(client)).toEqual(Array.from({ length: 200 }, (_, index) => String(index)));
    expect(totals).toMatchObject({ datagrams: 200, unanswered: 0 });
    expect(server.address).toEqual(address);
    using again = new UdpEchoServer(address);
    expect(again.address).toEqual(address);
    again.close();
  });

  it("refuses options that do not exist, and leaves nothing open", () => {
    for (const options of [
      { transfrom: "upper" },
      { datagramSize: -1 },
      { multiplexer: "kqueue" },
    ]) {
      expect(() => new UdpEchoServer(LOOPBACK, options as object)).toThrow(
        expect.objectContaining({ code: expect.stringMatching(/^ERR_/) as string }),
      );
    }
    expect(() => new UdpEchoServer(LOOPBACK, null as unknown as object)).toThrow(
      expect.objectContaining({ code: "ERR_INVALID_ARG_TYPE" }),
    );
  });
});
