import { fstatSync, readFileSync, readSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Descriptor } from "../../lib/descriptors/descriptor.ts";
import type { ReceivedMessage } from "../../lib/socket/received_message.ts";
import { Socket } from "../../lib/socket/socket.ts";
import * as sys from "../../lib/sys/index.ts";
import { openDescriptors } from "../support/descriptors.ts";
import { Python } from "../support/python.ts";

const { AF_INET, AF_INET6, AF_UNIX, SOCK_DGRAM, SOCK_SEQPACKET, SOCK_STREAM, SOL_SOCKET } = sys;
const ROOM = 256;
let names = 0;

/** An abstract name that nobody else has, here and in Python. */
function abstractName(): { path: string; python: string } {
  const name = `pollux-test-${process.pid}-${++names}`;
  return { path: `\0${name}`, python: `"\\0${name}"` };
}

const unix = (type = SOCK_DGRAM): Socket => Socket.open(AF_UNIX, type);
const udp = (family = AF_INET): Socket => {
  const address = family === AF_INET ? "127.0.0.1" : "::1";
  return Socket.open(family, SOCK_DGRAM).bind({ address, port: 0 });
};

/** What has arrived; on loopback a datagram is there as soon as it was sent. */
function receive(socket: Socket, flags = 0): ReceivedMessage {
  const message = socket.recvMessage(new Uint8Array(2 ** 16), { controlSize: ROOM, flags });
  if (!message) throw new Error("nothing has arrived");
  return message;
}

function isCloseOnExec({ fd }: Descriptor): boolean {
  return (sys.fcntl(fd, sys.F_GETFD) & sys.FD_CLOEXEC) !== 0;
}

describe("descriptors, with Python on the other end", () => {
  it("come in open and close-on-exec, and belong to the message", async () => {
    await using python = await started();
    const { path, python: name } = abstractName();
    using socket = unix().bind({ path });
    await python.run(
      "import tempfile; file = tempfile.TemporaryFile(); file.write(b'hello'); file.flush()",
    );
    const before = openDescriptors();

    await python.run(
      `socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [file.fileno(), 0]))], 0, ${name})`,
    );
    const message = receive(socket);

    const [file, input] = message.descriptors;
    const text = Buffer.alloc(8);
    expect(message.descriptors.map(isCloseOnExec)).toEqual([true, true]);
    expect(readSync(file!.fd, text, 0, 8, 0)).toBe(5);
    expect(text.toString("utf8", 0, 5)).toBe("hello");
    expect(fstatSync(input!.fd).isFIFO() || fstatSync(input!.fd).isSocket()).toBe(true);
    message.close();
    expect(openDescriptors()).toEqual(before);
  });

  it("go out, and Python writes to what it got", async () => {
    await using python = await started();
    const { path, python: name } = abstractName();
    using socket = unix();
    await python.run(`here = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); here.bind(${name})`);
    const [readEnd, writeEnd] = sys.pipe2(sys.O_CLOEXEC);

    socket.sendMessage(Buffer.from("x"), {
      address: { path },
      control: [{ type: "SCM_RIGHTS", descriptors: [{ fd: writeEnd }, socket] }],
    });
    await python.run("data, fds, flags, _ = socket.recv_fds(here, 10, 4)");
    await python.run("os.write(fds[0], b'from Python')");
    expect(await python.run("len(fds)")).toBe(2);

    const text = Buffer.alloc(16);
    expect(sys.read(readEnd, text)).toBe(11);
    expect(text.toString("utf8", 0, 11)).toBe("from Python");
    sys.close(readEnd);
    sys.close(writeEnd);
  });

  it("that find no room never come in, and MSG_CTRUNC says so", async () => {
    await using python = await started();
    const { path, python: name } = abstractName();
    using socket = unix().bind({ path });
    await python.run(
      `there = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); there.connect(${name})`,
    );
    const before = openDescriptors();

    const taken: number[] = [];
    for (const controlSize of [0, 8, 16, sys.cmsgLen(4), sys.cmsgLen(8), sys.cmsgSpace(12)]) {
      await python.run("socket.send_fds(there, [b'x'], [0, 1, 2])");
      using message = socket.recvMessage(new Uint8Array(1), { controlSize })!;
      expect(message.controlTruncated).toBe(message.descriptors.length < 3);
      taken.push(message.descriptors.length);
    }

    expect(taken).toEqual([0, 0, 0, 1, 2, 3]);
    expect(openDescriptors()).toEqual(before);
  });
});

describe("credentials, with Python on the other end", () => {
  it("say who sent a message, both ways", async () => {
    await using python = await started();
    const { path, python: name } = abstractName();
    using socket = unix().bind({ path });
    socket.setOption(SOL_SOCKET, sys.SO_PASSCRED, 1);
    const other = abstractName();
    await python.run(
      `here = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); here.bind(${other.python}); here.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)`,
    );

    await python.run(`here.sendto(b"x", ${name})`);
    const { pid } = process;
    const [uid, gid] = [process.getuid!(), process.getgid!()];
    expect(receive(socket).find("SCM_CREDENTIALS")).toEqual({
      type: "SCM_CREDENTIALS",
      pid: python.pid,
      uid,
      gid,
    });

    socket.sendMessage(Buffer.from("x"), {
      address: { path: other.path },
      control: [{ type: "SCM_CREDENTIALS", pid, uid, gid }],
    });
    await python.run("data, control, _, _ = here.recvmsg(10, 100)");
    expect(await python.run('struct.unpack("3i", control[0][2])')).toEqual([pid, uid, gid]);
  });

  it.skipIf(!hasPassPidfd())("come as a descriptor of the process with SO_PASSPIDFD", async () => {
    await using python = await started();
    const { path, python: name } = abstractName();
    using socket = unix().bind({ path });
    socket.setOption(SOL_SOCKET, sys.SO_PASSPIDFD, 1);

    await python.run(`socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendto(b"x", ${name})`);
    using message = receive(socket);

    const [descriptor] = message.descriptors;
    expect(isCloseOnExec(descriptor!)).toBe(true);
    expect(readFileSync(`/proc/self/fdinfo/${descriptor!.fd}`, "utf8")).toMatch(
      new RegExp(`^Pid:\\s*${python.pid}$`, "m"),
    );
  });
});

describe("SEQPACKET, with Python on the other end", () => {
  it("keeps the borders of messages", async () => {
    await using python = await started();
    const { path, python: name } = abstractName();
    await python.run(
      `listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET); listener.bind(${name}); listener.listen()`,
    );
    using socket = unix(SOCK_SEQPACKET);

    expect(socket.connect({ path })).toBe(true);
    await python.run("there = listener.accept()[0]; there.send(b'abc'); there.send(b'defg')");
    const messages = [receive(socket), receive(socket)];
    socket.sendMessage([Buffer.from("x"), Buffer.from("y")]);
    socket.send(Buffer.from("z"));

    expect(messages.map(({ size }) => size)).toEqual([3, 4]);
    expect(await python.run("[there.recv(9).decode(), there.recv(9).decode()]")).toEqual([
      "xy",
      "z",
    ]);
  });
});

describe.each([
  ["IPv4", AF_INET],
  ["IPv6", AF_INET6],
] as const)("control messages of %s, with Python on the other end", (_, family) => {
  const isIpv4 = family === AF_INET;
  const host = isIpv4 ? "127.0.0.1" : "::1";
  const level = isIpv4 ? sys.IPPROTO_IP : sys.IPPROTO_IPV6;
  const open = `there = socket.socket(socket.${isIpv4 ? "AF_INET" : "AF_INET6"}, socket.SOCK_DGRAM); there.bind(("${host}", 0))`;

  it("say to whom a datagram went, and let the answer leave from there", async () => {
    await using python = await started();
    using socket = Socket.open(family, SOCK_DGRAM).bind({
      address: isIpv4 ? "0.0.0.0" : "::",
      port: 0,
    });
    socket.setOption(level, isIpv4 ? sys.IP_PKTINFO : sys.IPV6_RECVPKTINFO, 1);
    const asked = isIpv4 ? "127.0.0.77" : "::1";

    const { port } = socket.localAddress;
    await python.run(`${open}; there.sendto(b"x", ("${asked}", ${port}))`);
    const { address, control } = receive(socket);
    const info = control[0]!;

    expect(info).toMatchObject(
      isIpv4
        ? { type: "IP_PKTINFO", ifindex: 1, spec_dst: asked, addr: asked }
        : { type: "IPV6_PKTINFO", ifindex: 1, addr: asked },
    );
    if (info.type !== "IP_PKTINFO" && info.type !== "IPV6_PKTINFO") throw new Error("no info");
    socket.sendMessage(Buffer.from("y"), { address: address!, control: [info] });
    expect(await python.run("there.recvfrom(9)[1][:2]")).toEqual([asked, port]);
  });

  it("carry hop limit and traffic class both ways", async () => {
    await using python = await started();
    using socket = udp(family);
    const [hops, traffic] = isIpv4
      ? (["IP_TTL", "IP_TOS"] as const)
      : (["IPV6_HOPLIMIT", "IPV6_TCLASS"] as const);
    socket.setOption(level, isIpv4 ? sys.IP_RECVTTL : sys.IPV6_RECVHOPLIMIT, 1);
    socket.setOption(level, isIpv4 ? sys.IP_RECVTOS : sys.IPV6_RECVTCLASS, 1);
    const { port } = socket.localAddress;
    const ttl = isIpv4
      ? "IPPROTO_IP, socket.IP_TTL, 41); there.setsockopt(socket.IPPROTO_IP, socket.IP_TOS, 0x68)"
      : "IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS, 41); there.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_TCLASS, 0x68)";

    await python.run(
      `${open}; there.setsockopt(socket.${ttl}; there.sendto(b"x", ("${host}", ${port}))`,
    );
    const message = receive(socket);
    expect(message.find(hops)).toEqual({ type: hops, value: 41 });
    expect(message.find(traffic)).toEqual({ type: traffic, value: 0x68 });

    const receiving = isIpv4
      ? "there.setsockopt(0, socket.IP_RECVTOS, 1); there.setsockopt(0, 12, 1)"
      : "there.setsockopt(41, socket.IPV6_RECVTCLASS, 1); there.setsockopt(41, socket.IPV6_RECVHOPLIMIT, 1)";
    await python.run(receiving);
    socket.sendMessage(Buffer.from("y"), {
      address: message.address!,
      control: [
        { type: hops, value: 7 },
        { type: traffic, value: 0x10 },
      ],
    });
    await python.run("control = there.recvmsg(9, 200)[1]");
    expect(
      await python.run("sorted(int.from_bytes(c[2], sys.byteorder) for c in control)"),
    ).toEqual([7, 0x10]);
  });

  it("say in the error queue what became of a datagram", async () => {
    await using python = await started();
    using socket = udp(family);
    socket.setOption(level, isIpv4 ? sys.IP_RECVERR : sys.IPV6_RECVERR, 1);
    await python.run(open);
    const dead = Number(await python.run("there.getsockname()[1]"));
    await python.run("there.close()");

    socket.sendTo(Buffer.from("lost"), { address: host, port: dead });
    const message = receive(socket, sys.MSG_ERRQUEUE);

    expect(message.flags & sys.MSG_ERRQUEUE).toBe(sys.MSG_ERRQUEUE);
    expect([message.size, message.address?.port]).toEqual([4, dead]);
    const error = message.find(isIpv4 ? "IP_RECVERR" : "IPV6_RECVERR");
    expect(error).toMatchObject({
      ...{ code: "ECONNREFUSED", errno: -111 },
      origin: isIpv4 ? sys.SO_EE_ORIGIN_ICMP : sys.SO_EE_ORIGIN_ICMP6,
      icmpType: isIpv4 ? 3 : 1,
      icmpCode: isIpv4 ? 3 : 4,
    });
    expect(error?.offender?.address).toBe(host);
  });

  it("say when a datagram came in, and how many found no room", async () => {
    await using python = await started();
    using socket = udp(family);
    socket.setOption(SOL_SOCKET, sys.SO_RXQ_OVFL, 1).setOption(SOL_SOCKET, sys.SO_RCVBUF, 4096);
    const { port } = socket.localAddress;
    const before = BigInt(Date.now()) * 1_000_000n;

    const send = `there.sendto(bytes(1000), ("${host}", ${port}))`;
    socket.setOption(SOL_SOCKET, sys.SO_TIMESTAMPNS, 1);
    await python.run(open);
    await python.run(`for i in range(50): ${send}`);
    const first = receive(socket);
    while (socket.recv(new Uint8Array(1)) !== null);
    socket.setOption(SOL_SOCKET, sys.SO_TIMESTAMP, 1);
    await python.run(send);
    const last = receive(socket);

    const { timeNs = 0n } = first.find("SCM_TIMESTAMPNS") ?? {};
    const { timeNs: microseconds = 0n } = last.find("SCM_TIMESTAMP") ?? {};
    expect(timeNs - before).toBeGreaterThan(-1_000_000n);
    expect(timeNs - before).toBeLessThan(60_000_000_000n);
    expect(microseconds % 1000n).toBe(0n);
    expect(microseconds).toBeGreaterThanOrEqual((timeNs / 1000n) * 1000n);
    expect(last.find("SO_RXQ_OVFL")?.dropped).toBeGreaterThan(20);
  });

  it("let the kernel cut one buffer into datagrams, and put them together again", async () => {
    await using python = await started();
    using socket = udp(family);
    const { port } = socket.localAddress;
    await python.run(open);
    const there = Number(await python.run("there.getsockname()[1]"));

    socket.sendMessage(new Uint8Array(2500).fill(7), {
      address: { address: host, port: there },
      control: [{ type: "UDP_SEGMENT", segmentSize: 1000 }],
    });
    expect(await python.run("[len(there.recv(9000)) for i in range(3)]")).toEqual([
      1000, 1000, 500,
    ]);

    socket.setOption(sys.SOL_UDP, sys.UDP_GRO, 1);
    await python.run(
      `there.sendmsg([bytes(2500)], [(socket.SOL_UDP if hasattr(socket, "SOL_UDP") else 17, 103, struct.pack("=H", 1000))], 0, ("${host}", ${port}))`,
    );
    const message = receive(socket);
    expect(message.size).toBe(2500);
    expect(message.find("UDP_GRO")).toEqual({ type: "UDP_GRO", segmentSize: 1000 });
  });
});

async function started(): Promise<Python> {
  const python = new Python();
  await python.run("None");
  return python;
}

function hasPassPidfd(): boolean {
  using socket = unix();
  try {
    socket.setOption(SOL_SOCKET, sys.SO_PASSPIDFD, 0);
    return true;
  } catch {
    process.stdout.write("SO_PASSPIDFD: this kernel (before 6.5) does not have it\n");
    return false;
  }
}

describe("a stream, with Python on the other end", () => {
  it("carries a connected socket along, which is then used here", async () => {
    await using python = await started();
    const { path, python: name } = abstractName();
    using listener = unix(SOCK_STREAM).bind({ path }).listen();
    await python.run(
      `there = socket.socket(socket.AF_UNIX); there.connect(${name}); a, b = socket.socketpair(); socket.send_fds(there, [b"x"], [a.fileno()])`,
    );
    using server = listener.accept()!;

    using message = receive(server);
    using passed = Socket.fromFd(message.descriptors[0]!.detach());
    passed.send(Buffer.from("through"));

    expect(passed.type).toBe(SOCK_STREAM);
    expect(await python.run("b.recv(99).decode()")).toBe("through");
  });
});
