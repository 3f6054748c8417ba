import { readFileSync } from "node:fs";
import { describe, expect, it, onTestFinished } from "vitest";
import type { OptionInput } from "../../lib/options/table.ts";
import { Socket } from "../../lib/socket/socket.ts";
import * as sys from "../../lib/sys/index.ts";
import { inNamespace } from "../support/namespace.ts";
import { withoutNamespace } from "../support/privilege.ts";
import { Python } from "../support/python.ts";
import { run } from "../sys/support.ts";

const { AF_INET, AF_INET6, AF_NETLINK, AF_PACKET, SOCK_DGRAM, SOCK_RAW } = sys;
const GROUP = "239.255.77.1";
const GROUP6 = "ff02::7701";
const LO = sys.ifNametoindex("lo");
const failure = (code: string): Error => expect.objectContaining({ code }) as Error;

function own(socket: Socket): Socket {
  onTestFinished(() => {
    socket.close();
  });
  return socket;
}

interface Link {
  readonly promiscuity: number;
}

interface Hub {
  readonly receiver: Socket;
  /** Whether a datagram to the group arrives, sent over the loopback interface. */
  readonly arrives: () => boolean;
}

function hub(): Hub {
  const receiver = own(Socket.open(AF_INET, SOCK_DGRAM));
  receiver.setOption("IP_MULTICAST_ALL", false).bind({ address: "0.0.0.0", port: 0 });
  const sender = own(Socket.open(AF_INET, SOCK_DGRAM));
  sender.setOption("IP_MULTICAST_IF", { interface: "lo", address: "127.0.0.1" });
  sender.bind({ address: "127.0.0.1", port: 0 });
  sender.connect({ address: GROUP, port: receiver.localAddress.port ?? 0 });
  return { receiver, arrives: () => arrives(sender, receiver) };
}

/** Whether the kernel has a group of IPv6 on the loopback interface, which routes none itself. */
function joined6(): boolean {
  const [, tail] = GROUP6.split("::");
  return new RegExp(`^${String(LO)}\\s+lo\\s+ff02\\w*${String(tail)} `, "m").test(
    readFileSync("/proc/net/igmp6", "latin1"),
  );
}

function arrives(sender: Socket, receiver: Socket): boolean {
  sender.send(Buffer.from("x"));
  return receiver.recv(new Uint8Array(8)) === 1;
}

describe("multicast groups of IPv4", () => {
  it.each([
    ["name", { group: GROUP, interface: "lo" }],
    ["index", { group: GROUP, interface: LO }],
    ["address", { group: GROUP, address: "127.0.0.1" }],
  ] satisfies [string, OptionInput<"IP_ADD_MEMBERSHIP">][])(
    "are joined and left on an interface by its %s",
    (_, membership) => {
      const { receiver, arrives } = hub();
      expect(arrives()).toBe(false);

      receiver.setOption("IP_ADD_MEMBERSHIP", membership);
      expect(arrives()).toBe(true);
      expect(() => receiver.setOption("IP_ADD_MEMBERSHIP", membership)).toThrow(
        failure("EADDRINUSE"),
      );
      receiver.setOption("IP_DROP_MEMBERSHIP", membership);
      expect(arrives()).toBe(false);
      expect(() => receiver.setOption("IP_DROP_MEMBERSHIP", membership)).toThrow(
        failure("EADDRNOTAVAIL"),
      );
    },
  );

  it("are joined for one source only: IP_ADD_SOURCE_MEMBERSHIP", () => {
    const { receiver, arrives } = hub();
    const of = (source: string): OptionInput<"IP_ADD_SOURCE_MEMBERSHIP"> => ({
      ...{ group: GROUP, source, address: "127.0.0.1" },
    });

    receiver.setOption("IP_ADD_SOURCE_MEMBERSHIP", of("127.0.0.9"));
    expect(arrives()).toBe(false);
    receiver.setOption("IP_ADD_SOURCE_MEMBERSHIP", of("127.0.0.1"));
    expect(arrives()).toBe(true);
    receiver.setOption("IP_DROP_SOURCE_MEMBERSHIP", of("127.0.0.1"));
    expect(arrives()).toBe(false);
  });

  it("are joined but for one source: IP_BLOCK_SOURCE", () => {
    const { receiver, arrives } = hub();
    const blocked = { group: GROUP, source: "127.0.0.1", address: "127.0.0.1" };
    receiver.setOption("IP_ADD_MEMBERSHIP", { group: GROUP, interface: "lo" });

    receiver.setOption("IP_BLOCK_SOURCE", blocked);
    expect(arrives()).toBe(false);
    receiver.setOption("IP_UNBLOCK_SOURCE", blocked);
    expect(arrives()).toBe(true);
  });

  it("are joined by the options of either family: MCAST_JOIN_GROUP and its like", () => {
    const { receiver, arrives } = hub();
    const group = { group: GROUP, interface: "lo" };
    const source = { ...group, source: "127.0.0.1" };

    receiver.setOption("MCAST_JOIN_GROUP", group);
    expect(arrives()).toBe(true);
    receiver.setOption("MCAST_BLOCK_SOURCE", source);
    expect(arrives()).toBe(false);
    receiver.setOption("MCAST_UNBLOCK_SOURCE", source);
    expect(arrives()).toBe(true);
    receiver.setOption("MCAST_LEAVE_GROUP", group);
    expect(arrives()).toBe(false);
    receiver.setOption("MCAST_JOIN_SOURCE_GROUP", source);
    expect(arrives()).toBe(true);
    receiver.setOption("MCAST_LEAVE_SOURCE_GROUP", source);
    expect(arrives()).toBe(false);
  });

  it("reach their own host, and one hop, unless they are told otherwise; 256 hops are EINVAL", () => {
    const socket = own(Socket.open(AF_INET, SOCK_DGRAM));

    expect(socket.getOption("IP_MULTICAST_LOOP")).toBe(true);
    expect(socket.getOption("IP_MULTICAST_TTL")).toBe(1);
    expect(() => socket.setOption("IP_MULTICAST_TTL", 256)).toThrow(failure("EINVAL"));
  });
});

describe("multicast groups of IPv6", () => {
  it.each([
    ["name", "IPV6_JOIN_GROUP", "IPV6_LEAVE_GROUP", { group: GROUP6, interface: "lo" }],
    ["index", "IPV6_JOIN_GROUP", "IPV6_LEAVE_GROUP", { group: GROUP6, interface: LO }],
    ["name", "IPV6_ADD_MEMBERSHIP", "IPV6_DROP_MEMBERSHIP", { group: GROUP6, interface: "lo" }],
  ] as const)(
    "are joined and left on an interface by its %s: %s, %s",
    (_, join, leave, membership) => {
      const receiver = own(Socket.open(AF_INET6, SOCK_DGRAM));
      expect(joined6()).toBe(false);

      receiver.setOption(join, membership);
      expect(joined6()).toBe(true);
      expect(() => receiver.setOption(join, membership)).toThrow(failure("EADDRINUSE"));
      receiver.setOption(leave, membership);
      expect(joined6()).toBe(false);
      expect(() => receiver.setOption(leave, membership)).toThrow(failure("EADDRNOTAVAIL"));
    },
  );

  it("are joined by the options of either family: MCAST_JOIN_GROUP", () => {
    const receiver = own(Socket.open(AF_INET6, SOCK_DGRAM));
    const group = { group: GROUP6, interface: "lo" };

    receiver.setOption("MCAST_JOIN_GROUP", group);
    expect(joined6()).toBe(true);
    receiver.setOption("MCAST_LEAVE_GROUP", group);
    expect(joined6()).toBe(false);
  });
});

describe("multicast on a wire, in a network of its own", () => {
  const IPV4 = `{ family: sys.AF_INET, any: "0.0.0.0", group: "${GROUP}", protocol: sys.ETH_P_IP, headers: 28,
    via: { interface: "v0" }, join: "IP_ADD_MEMBERSHIP", interface: "IP_MULTICAST_IF", loop: "IP_MULTICAST_LOOP",
    hops: "IP_MULTICAST_TTL" }`;
  const IPV6 = `{ family: sys.AF_INET6, any: "::", group: "ff05::7701", protocol: sys.ETH_P_IPV6, headers: 48,
    via: "v0", join: "IPV6_JOIN_GROUP", interface: "IPV6_MULTICAST_IF", loop: "IPV6_MULTICAST_LOOP",
    hops: "IPV6_MULTICAST_HOPS" }`;

  it.skipIf(withoutNamespace).each([
    ["IPv4", IPV4],
    ["IPv6", IPV6],
  ])("reaches its own host with LOOP only, and others with hops only: %s", async (_, of) => {
    const [here, there] = (await inNamespace(`
      sh(\`ip link add v0 type veth peer name v1; ip link set v0 up; ip link set v1 up
        ip address add 10.8.0.1/24 dev v0; ip address add fd08::1/64 dev v0 nodad\`);
      const of = ${of};
      const receiver = pollux.Socket.open(of.family, sys.SOCK_DGRAM).bind({ address: of.any, port: 0 });
      receiver.setOption(of.join, { group: of.group, interface: "v0" });
      const wire = pollux.Socket.open(sys.AF_PACKET, sys.SOCK_DGRAM);
      wire.bind({ family: "packet", interface: "v1", protocol: of.protocol });
      const sender = pollux.Socket.open(of.family, sys.SOCK_DGRAM).setOption(of.interface, of.via);
      const to = { address: of.group, port: receiver.localAddress.port };
      const send = (text) => sender.sendTo(Buffer.from(text), to);
      send("both");
      sender.setOption(of.loop, false);
      send("others");
      sender.setOption(of.loop, true).setOption(of.hops, 0);
      send("own");
      sender.setOption(of.hops, 1);
      send("last");
      const heard = (socket, headers) => {
        const [texts, buffer] = [[], Buffer.alloc(2000)];
        socket.blocking = true;
        socket.setOption("SO_RCVTIMEO", { sec: 20, usec: 0 });
        while (texts.at(-1) !== "last") {
          const size = socket.recv(buffer);
          if (size === null) break;
          const text = buffer.toString("latin1", headers, size);
          if (/^(both|others|own|last)$/.test(text)) texts.push(text); // or it is one of the kernel's
        }
        return texts;
      };
      print([heard(receiver, 0), heard(wire, of.headers)]);
    `)) as [string[], string[]];

    expect(here).toEqual(["both", "own", "last"]);
    expect(there).toEqual(["both", "others", "last"]);
  });
});

describe("memberships of other families", () => {
  it("are groups of netlink, which are listed as bits", () => {
    const socket = own(Socket.open(AF_NETLINK, SOCK_RAW));

    socket.setOption("NETLINK_ADD_MEMBERSHIP", 1).setOption("NETLINK_ADD_MEMBERSHIP", 5);
    expect(socket.getOption("NETLINK_LIST_MEMBERSHIPS")[0]).toBe(0b10001);
    socket.setOption("NETLINK_DROP_MEMBERSHIP", 5);
    expect(socket.getOption("NETLINK_LIST_MEMBERSHIPS")[0]).toBe(0b00001);
  });

  it("are modes of an interface for packet sockets, whose statistics are read once", ({ skip }) => {
    if (process.getuid?.() !== 0) return skip("packet sockets need CAP_NET_RAW");
    const socket = own(Socket.open(AF_PACKET, SOCK_RAW, 0));
    const membership = { interface: "lo", type: sys.PACKET_MR_PROMISC };

    socket.setOption("PACKET_ADD_MEMBERSHIP", membership);
    const [lo] = JSON.parse(run("ip", ["-d", "-j", "link", "show", "lo"])) as Link[];
    expect(lo?.promiscuity).toBeGreaterThan(0);
    socket.setOption("PACKET_DROP_MEMBERSHIP", membership);
    expect(socket.getOption("PACKET_STATISTICS")).toEqual({ packets: 0, drops: 0 });
    const [pageSize, blocks, frameSize] = [4096, 2, 2048];
    socket.setOption("PACKET_RX_RING", {
      ...{ block_size: pageSize, block_nr: blocks, frame_size: frameSize, frame_nr: 4 },
    });
  });
});

describe("multicast between pollux and Python's sockets, on the loopback interface", () => {
  it("reaches Python, which has joined the group", async () => {
    await using python = new Python();
    await python.run("s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(('', 0))");
    await python.run(
      `s.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton("${GROUP}") + socket.inet_aton("127.0.0.1"))`,
    );
    const port = Number(await python.run("s.getsockname()[1]"));
    const sender = own(Socket.open(AF_INET, SOCK_DGRAM));
    sender.setOption("IP_MULTICAST_IF", { interface: "lo", address: "127.0.0.1" });

    sender.sendTo(Buffer.from("to all"), { address: GROUP, port });

    expect(await python.run("s.recv(99).decode()")).toBe("to all");
  });

  it("comes from Python, once the group is joined", async () => {
    await using python = new Python();
    const { receiver } = hub();
    receiver.setOption("IP_ADD_MEMBERSHIP", { group: GROUP, interface: "lo" });
    await python.run("s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)");
    await python.run(
      `s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("127.0.0.1"))`,
    );

    await python.run(`s.sendto(b"to all", ("${GROUP}", ${String(receiver.localAddress.port)}))`);

    const buffer = Buffer.alloc(16);
    expect([receiver.recv(buffer), buffer.toString("utf8", 0, 6)]).toEqual([6, "to all"]);
  });
});
