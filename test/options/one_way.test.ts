import { describe, expect, it, onTestFinished } from "vitest";
import { Descriptor } from "../../lib/descriptors/descriptor.ts";
import { isSystemError } from "../../lib/errors.ts";
import { setOption } from "../../lib/options/options.ts";
import { OPTIONS, type ReadableOption } from "../../lib/options/table.ts";
import { Socket } from "../../lib/socket/socket.ts";
import * as sys from "../../lib/sys/index.ts";
import { connect, FAMILIES } from "../behaviour/tcp.ts";

const { AF_INET, AF_INET6, AF_NETLINK, AF_PACKET, AF_VSOCK, SOCK_DGRAM, SOCK_RAW } = sys;
const IPPROTO_MPTCP = 262; // older headers than Linux 5.6 lack it

function own(socket: Socket): Socket {
  onTestFinished(() => {
    socket.close();
  });
  return socket;
}

function tryOpen(family: number, type: number): Socket[] {
  try {
    return [own(Socket.open(family, type))];
  } catch {
    return [];
  }
}

const udp = (family = AF_INET): Socket => own(Socket.open(family, SOCK_DGRAM));

/** Sockets of all sorts, connected where that matters. */
async function sockets(): Promise<Socket[]> {
  const connections = await Promise.all(FAMILIES.map(async (family) => connect(family)));
  const datagrams = FAMILIES.map(({ family, address }) => {
    const socket = udp(family);
    socket.connect({ address, port: 9 });
    return socket;
  });
  return [
    ...connections.flat(),
    ...datagrams,
    ...Socket.pair().map(own),
    ...tryOpen(AF_NETLINK, SOCK_RAW),
    ...tryOpen(AF_PACKET, SOCK_RAW),
    ...tryOpen(AF_VSOCK, sys.SOCK_STREAM),
  ];
}

/** What needs more than a plain socket: a firewall, a ring, a fanout, a module of the kernel. */
const NEEDS_MORE =
  /^(SCTP|TIPC|DCCP|XDP|MPTCP)_|_ORIGINAL_DST$|^(PACKET_ROLLOVER_STATS|SO_PEERSEC|SO_VM_SOCKETS_(PEER_HOST_VM_ID|TRUSTED))$/;
const NEWER = ["IP_PROTOCOL", "SO_NETNS_COOKIE", "SO_PEERPIDFD", "TCP_IS_MPTCP"];

describe("every option that can only be read", () => {
  it("is answered by a socket", async () => {
    const all = await sockets();
    const names = Object.entries(OPTIONS).filter(([, { access }]) => access === "get");

    const unanswered = names
      .map(([name]) => name as ReadableOption)
      .filter((name) => {
        return !all.some((socket) => {
          try {
            const value: unknown = socket.getOption(name);
            if (value instanceof Descriptor) value.close();
            return value !== undefined;
          } catch (error) {
            if (isSystemError(error)) return false;
            throw error;
          }
        });
      });

    expect(unanswered.filter((name) => !NEEDS_MORE.test(name) && !NEWER.includes(name))).toEqual(
      [],
    );
  });

  it("has the largest packet of the route: IP_MTU, IPV6_MTU, IPV6_PATHMTU", () => {
    const [v4, v6] = FAMILIES.map(({ family, address }) => {
      const socket = udp(family);
      expect(() => socket.getOption(family === AF_INET ? "IP_MTU" : "IPV6_MTU")).toThrow(
        expect.objectContaining({ code: "ENOTCONN" }),
      );
      socket.connect({ address, port: 9 });
      return socket;
    });

    expect(v4?.getOption("IP_MTU")).toBe(65_535); // the largest of IPv4
    expect(v6?.getOption("IPV6_MTU")).toBe(65_536);
    expect(v6?.getOption("IPV6_PATHMTU")).toBe(65_536);
  });

  it("has the headers of a SYN, once: TCP_SAVED_SYN", async () => {
    for (const family of FAMILIES) {
      const listener = own(Socket.open(family.family, sys.SOCK_STREAM));
      listener.setOption("TCP_SAVE_SYN", 1).bind({ address: family.address, port: 0 }).listen();
      const [client, server] = await connect(family, listener);

      const syn = server.getOption("TCP_SAVED_SYN");

      expect((syn[0] ?? 0) >> 4).toBe(family.family === AF_INET ? 4 : 6);
      const tcp = syn.subarray(family.family === AF_INET ? 20 : 40);
      expect(new DataView(tcp.slice().buffer).getUint16(0)).toBe(client.localAddress.port);
      expect(server.getOption("TCP_SAVED_SYN")).toHaveLength(0);
    }
  });

  it("has the paths of a multipath connection: MPTCP_INFO, TCP_IS_MPTCP", ({ skip }) => {
    let listener: Socket;
    try {
      listener = own(Socket.open(AF_INET, sys.SOCK_STREAM, IPPROTO_MPTCP, { blocking: true }));
    } catch (error) {
      return skip(`no Multipath TCP here: ${String(error)}`);
    }
    listener.bind({ address: "127.0.0.1", port: 0 }).listen();
    const client = own(Socket.open(AF_INET, sys.SOCK_STREAM, IPPROTO_MPTCP, { blocking: true }));

    client.connect(listener.localAddress);
    const server = listener.accept();

    expect(client.getOption("MPTCP_INFO")).toMatchObject({ subflows: 0, add_addr_signal: 0 });
    expect(client.getOption("MPTCP_INFO").write_seq).toBeTypeOf("bigint");
    expect(client.getOption("TCP_IS_MPTCP")).toBe(true);
    server?.close();
  });
});

describe("options that can only be set", () => {
  it("are taken: SO_RCVBUFFORCE and SO_SNDBUFFORCE beyond the limit of others", ({ skip }) => {
    const socket = udp().setOption("SO_RCVBUF", 2 ** 30 - 1);
    const most = socket.getOption("SO_RCVBUF");
    try {
      socket.setOption("SO_RCVBUFFORCE", most).setOption("SO_SNDBUFFORCE", most);
    } catch (error) {
      if (isSystemError(error, "EPERM")) return skip("SO_RCVBUFFORCE needs CAP_NET_ADMIN");
      throw error;
    }

    expect(socket.getOption("SO_RCVBUF")).toBe(most * 2);
    expect(socket.getOption("SO_SNDBUF")).toBe(most * 2);
  });

  it("are taken: IPV6_PKTINFO is where all that is sent comes from", () => {
    const receiver = udp(AF_INET6).bind({ address: "::1", port: 0 });
    const sender = udp(AF_INET6).setOption("IPV6_PKTINFO", { address: "::1", interface: "lo" });
    sender.connect(receiver.localAddress);

    expect(sender.send(Buffer.from("x"))).toBe(1);
    sender.setOption("SO_BINDTODEVICE", "lo");
    expect(() => sender.setOption("IPV6_PKTINFO", { address: "::1", interface: 2 })).toThrow(
      expect.objectContaining({ code: "EINVAL" }),
    );
  });

  it("are taken by the sockets of their kind, or the kernel says why not", async () => {
    const all = await sockets();
    const values: Readonly<Record<string, unknown>> = {
      SO_BUSY_POLL_BUDGET: 8,
      SO_CNX_ADVICE: 1,
      PACKET_COPY_THRESH: 100,
      PACKET_TX_RING: { block_size: 4096, block_nr: 1, frame_size: 2048, frame_nr: 2 },
    };

    for (const [name, value] of Object.entries(values)) {
      const outcomes = all.map((socket) => {
        try {
          setOption(socket.fd, name as "SO_CNX_ADVICE", value as number);
          return "taken";
        } catch (error) {
          if (isSystemError(error)) return error.code;
          throw error;
        }
      });
      const packet = name.startsWith("PACKET") && all.every(({ family }) => family !== AF_PACKET);
      if (!packet) expect([name, outcomes]).toEqual([name, expect.arrayContaining(["taken"])]);
    }
  });
});
