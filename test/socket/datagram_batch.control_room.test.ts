import { describe, expect, it } from "vitest";
import { DatagramBatch } from "../../lib/socket/datagram_batch.ts";
import { Socket } from "../../lib/socket/socket.ts";
import * as sys from "../../lib/sys/index.ts";
import { openDescriptors } from "../support/descriptors.ts";

const { AF_INET, AF_INET6, SOCK_DGRAM } = sys;
const udp = (address = "127.0.0.1"): Socket =>
  Socket.open(address.includes(":") ? AF_INET6 : AF_INET, SOCK_DGRAM).bind({ address, port: 0 });
const invalid = (...words: string[]): unknown =>
  expect.objectContaining({
    code: "ERR_INVALID_ARG_VALUE",
    message: expect.stringMatching(words.join(".*")) as string,
  });

/** Sends a stranger's descriptors, `each` at a time. */
function give(from: Socket, each = 1): void {
  const descriptors = new Array<number>(each).fill(0);
  from.sendMessage(Buffer.from("x"), { control: [{ type: "SCM_RIGHTS", descriptors }] });
}

describe("room for control messages by name", () => {
  it("has what was asked for, one of each", () => {
    using server = udp();
    using client = udp();
    server
      .setOption("IP_PKTINFO", true)
      .setOption("IP_RECVTTL", true)
      .setOption("IP_RECVTOS", true);
    server.setOption("SO_TIMESTAMPNS", true);
    const control = ["SCM_TIMESTAMPNS", "IP_PKTINFO", "IP_TTL", "IP_TOS"] as const;
    const batch = new DatagramBatch({ control });
    for (let count = 0; count < 2; count++) client.sendTo(Buffer.from("x"), server.localAddress);

    const message = server.recvMessage(Buffer.alloc(9), { control });
    batch.receive(server);

    expect(message?.control.map(({ type }) => type)).toEqual(control);
    expect(message?.controlTruncated).toBe(false);
    expect(batch.control(0).map(({ type }) => type)).toEqual(control);
    expect(batch.controlTruncated(0)).toBe(false);
  });

  it("says where there was too little", () => {
    using server = udp();
    server.setOption("IP_PKTINFO", true).setOption("IP_RECVTTL", true);
    const batch = new DatagramBatch({ control: ["IP_PKTINFO"] });
    server.sendTo(Buffer.from("x"), server.localAddress);

    batch.receive(server);

    expect(batch.controlTruncated(0)).toBe(true);
    expect(batch.truncated(0)).toBe(false);
  });

  it("has room for all descriptors that a message can have", () => {
    const [here, there] = Socket.pair(SOCK_DGRAM);
    give(there, 253);

    using message = here.recvMessage(Buffer.alloc(9), { control: ["SCM_RIGHTS"] });

    expect(message?.descriptors).toHaveLength(253);
    here.close();
    there.close();
  });

  it("has it for the control messages that a batch sends, too", () => {
    using server = udp();
    using client = udp();
    server.setOption("IP_RECVTTL", true);
    const batch = new DatagramBatch({ control: ["IP_TTL"] });

    batch.add(Buffer.from("x"), server.localAddress, [{ type: "IP_TTL", value: 9 }]).send(client);

    const message = server.recvMessage(Buffer.alloc(9), { control: ["IP_TTL"] });
    expect(message?.find("IP_TTL")).toEqual({ type: "IP_TTL", value: 9 });
  });

  it("refuses what is no name, and names those that are", () => {
    using socket = udp();
    const receive = (options: object): unknown => socket.recvMessage(Buffer.alloc(1), options);
    const open = (options: object): unknown => new DatagramBatch(options);

    for (const ask of [receive, open]) {
      expect(() => ask({ control: ["IP_PKTINF"] })).toThrow(invalid("control", "IP_PKTINFO, "));
      expect(() => ask({ control: [{ type: "IP_TTL", value: 1 }] })).toThrow(invalid("control"));
      expect(() => ask({ control: ["IP_TTL"], controlSize: 24 })).toThrow(
        invalid('"control"', '"controlSize"'),
      );
      expect(() => ask({ control: "IP_TTL" })).toThrow(
        expect.objectContaining({ code: "ERR_INVALID_ARG_TYPE" }),
      );
      expect(() => ask({ size: 9 })).toThrow(invalid("options.size", "controlSize"));
    }
    expect(() => open({ returnControl: true })).toThrow(invalid("returnControl"));
    expect(() => socket.sendMessage(Buffer.alloc(1), { to: 1 } as object)).toThrow(
      invalid("options.to", "address, control, flags"),
    );
  });
});

describe("descriptors that nobody takes out", () => {
  it("are closed by the next message of the socket", () => {
    const [here, there] = Socket.pair(SOCK_DGRAM);
    const before = openDescriptors();

    for (let count = 0; count < 3000; count++) {
      give(there);
      const message = here.recvMessage(Buffer.alloc(9), { controlSize: 64 });
      expect(message?.controlTruncated).toBe(false);
    }
    expect(Object.keys(openDescriptors())).toHaveLength(Object.keys(before).length + 1);
    expect(here.recvMessage(Buffer.alloc(9))).toBeNull();

    expect(openDescriptors()).toEqual(before);
    here.close();
    there.close();
  });

  it.each(["receive", "clear", "dispose"] as const)("are closed by %s of their batch", (how) => {
    const [here, there] = Socket.pair(SOCK_DGRAM);
    const before = openDescriptors();
    const batch = new DatagramBatch({ capacity: 4, controlSize: 64 });
    for (let count = 0; count < 1000; count++) {
      give(there, 3);
      expect(batch.receive(here)).toBe(1);
      expect(batch.controlTruncated(0)).toBe(false);
    }
    expect(Object.keys(openDescriptors())).toHaveLength(Object.keys(before).length + 3);

    if (how === "receive") batch.receive(here);
    else if (how === "clear") batch.clear();
    else batch[Symbol.dispose]();

    expect(openDescriptors()).toEqual(before);
    here.close();
    there.close();
  });

  it("are the caller's, where somebody has looked at them", () => {
    const [here, there] = Socket.pair(SOCK_DGRAM);
    const batch = new DatagramBatch({ control: ["SCM_RIGHTS"] });
    for (let count = 0; count < 3; count++) give(there);

    batch.receive(here);
    const [taken] = batch.control(1);
    batch.clear();
    give(there);
    const message = here.recvMessage(Buffer.alloc(9), { control: ["SCM_RIGHTS"] });
    const rights = message?.find("SCM_RIGHTS");
    here.recvMessage(Buffer.alloc(9));

    for (const kept of [taken, rights]) {
      if (kept?.type !== "SCM_RIGHTS") throw new Error("no descriptor came");
      const [descriptor] = kept.descriptors;
      expect(sys.fcntl(descriptor?.fd ?? -1, sys.F_GETFD)).toBe(sys.FD_CLOEXEC);
      descriptor?.close();
    }
    here.close();
    there.close();
  });

  it("do not come in where others were asked for by name", () => {
    const [here, there] = Socket.pair(SOCK_DGRAM);
    here.setOption("SO_PASSCRED", true);
    const before = openDescriptors();
    const control = ["SCM_CREDENTIALS", "IP_PKTINFO"] as const;
    const batch = new DatagramBatch({ control });
    give(there);
    give(there);

    const message = here.recvMessage(Buffer.alloc(9), { control });
    batch.receive(here);

    expect(openDescriptors()).toEqual(before);
    expect(message?.control.map(({ type }) => type)).toEqual(["SCM_CREDENTIALS"]);
    expect(message?.descriptors).toEqual([]);
    expect(batch.control(0).map(({ type }) => type)).toEqual(["SCM_CREDENTIALS"]);
    here.close();
    there.close();
  });
});

describe("DatagramBatch with returnControl, of what came to a group", () => {
  const answered = (server: Socket, batch: DatagramBatch): void => {
    expect(batch.receive(server)).toBe(1);
    expect(batch.send(server)).toBe(1);
  };
  const broadcast = { address: "127.255.255.255" };

  it.each([
    ["IP_PKTINFO", "0.0.0.0"],
    ["IPV6_RECVPKTINFO", "::"],
  ] as const)("answers a broadcast from an address of its own (%s)", (option, any) => {
    using server = udp(any).setOption(option, true);
    using client = udp().setOption("SO_BROADCAST", true);
    const batch = new DatagramBatch({
      control: ["IP_PKTINFO", "IPV6_PKTINFO"],
      returnControl: true,
    });
    client.sendTo(Buffer.from("q"), { ...broadcast, port: server.localAddress.port ?? 0 });

    answered(server, batch);

    expect(client.recvFrom(Buffer.alloc(9))?.address).toMatchObject({ address: "127.0.0.1" });
  });

  it("answers multicast of IPv4, to an IPv6 socket too", () => {
    for (const any of ["0.0.0.0", "::"]) {
      const isIpv6 = any === "::";
      using server = udp(any).setOption(isIpv6 ? "IPV6_RECVPKTINFO" : "IP_PKTINFO", true);
      server.setOption("IP_ADD_MEMBERSHIP", { group: "239.1.2.3", interface: "lo" });
      const port = server.localAddress.port ?? 0;
      using client = udp().setOption("IP_MULTICAST_IF", { interface: "lo", address: "127.0.0.1" });
      const batch = new DatagramBatch({
        control: [isIpv6 ? "IPV6_PKTINFO" : "IP_PKTINFO"],
        returnControl: true,
      });
      client.sendTo(Buffer.from("4"), { address: "239.1.2.3", port });

      answered(server, batch);

      expect(client.recvFrom(Buffer.alloc(9))?.address).toMatchObject({
        address: "127.0.0.1",
        port,
      });
    }
  });

  it.each([
    ["IP_PKTINFO", "127.0.0.1", sys.cmsgLen(12)],
    ["IP_RECVTOS", "127.0.0.1", sys.cmsgLen(1)],
    ["IPV6_RECVPKTINFO", "::1", sys.cmsgLen(20)],
  ] as const)(
    "takes room without padding, which recvmsg fills (%s)",
    (option, host, controlSize) => {
      using server = udp(host).setOption(option, true);
      const batch = new DatagramBatch({ controlSize, returnControl: true });
      server.sendTo(Buffer.from("hi"), server.localAddress);

      answered(server, batch);

      expect(server.recv(Buffer.alloc(9))).toBe(2);
    },
  );
});

describe("DatagramBatch.send(), where a datagram in the middle cannot be sent", () => {
  it("says which it is, and where it was to go", () => {
    using client = udp();
    using server = udp();
    const batch = new DatagramBatch({ control: ["IP_PKTINFO"], slotSize: 70_000 });
    const to = server.localAddress;
    const nowhere = { type: "IP_PKTINFO", ifindex: 0, spec_dst: "192.0.2.1" } as const;
    batch.add(Buffer.from("a"), to).add(Buffer.from("b"), to, [nowhere]).add(Buffer.from("c"), to);

    expect(batch.send(client)).toBe(1);
    expect(() => batch.send(client, 1)).toThrow(
      expect.objectContaining({
        ...{ code: expect.stringMatching(/^E(INVAL|NETUNREACH)$/) as string, syscall: "sendmmsg" },
        index: 1,
        address: "127.0.0.1",
        port: to.port,
      }),
    );
    expect(batch.send(client, 2)).toBe(1);
  });
});
