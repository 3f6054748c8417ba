import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { describe, expect, it, onTestFinished } from "vitest";
import { Address } from "../../lib/address/address.ts";
import { Socket } from "../../lib/socket/socket.ts";
import * as sys from "../../lib/sys/index.ts";
import { inNamespace } from "../support/namespace.ts";
import { withoutNamespace, withoutSocket } from "../support/privilege.ts";
import { python } from "../sys/support.ts";

const { AF_INET, AF_INET6, AF_NETLINK, AF_UNIX, SOCK_DGRAM, SOCK_RAW } = sys;

function bound(family: number, address: Parameters<typeof Address.from>[0]): Socket {
  const socket = Socket.open(family, SOCK_DGRAM);
  onTestFinished(() => {
    socket.close();
  });
  return socket.bind(address);
}

/** A link-local address of this machine and its interface, as text with a zone; or nothing. */
function findLinkLocal(): string {
  const lines = readFileSync("/proc/net/if_inet6", "latin1").split("\n");
  const [digits, , , , , name] = lines.find((line) => line.startsWith("fe80"))?.split(/ +/) ?? [];
  if (digits === undefined || name === undefined) return "";
  return `${sys.inetNtop(AF_INET6, Buffer.from(digits, "hex"))}%${name}`;
}

const linkLocal = findLinkLocal();
if (linkLocal === "") console.log("link-local addresses are not tested: this machine has none");

function folder(): string {
  const path = mkdtempSync(`${tmpdir()}/pollux-`);
  onTestFinished(() => {
    rmSync(path, { recursive: true });
  });
  return path;
}

/** Has a socket send to the address that the kernel reports of another, and that one receive. */
function reaches(receiver: Socket): boolean {
  using sender = Socket.open(receiver.family, SOCK_DGRAM);
  sender.connect(receiver.localAddress);
  sender.send(Buffer.from("x"));
  return receiver.recv(Buffer.alloc(8)) === 1;
}

describe("Address and the kernel", () => {
  it("agree on the longest path, which the kernel reports with one byte more", () => {
    const start = `${folder()}/`;
    const path = start + "p".repeat(sys.SUN_PATH_SIZE - start.length);
    const receiver = bound(AF_UNIX, { path });

    expect(receiver.localAddress.path).toBe(path);
    expect(receiver.localAddress.equals(Address.from({ path }))).toBe(true);
    expect(reaches(receiver)).toBe(true);
  });

  it("agree on a path that is not UTF-8, which Python finds under its bytes", () => {
    const path = folder();
    const name = Buffer.concat([Buffer.from(`${path}/`), Uint8Array.of(0xff, 0xfe)]);
    const receiver = bound(AF_UNIX, { path: name });

    expect(receiver.localAddress.pathBytes).toEqual(Uint8Array.from(name));
    expect(python(`__import__("os").listdir(b"${path}")`)).toBe(String.raw`[b'\xff\xfe']`);
    expect(reaches(receiver)).toBe(true);
  });

  it("agree on abstract names, exact to the last NUL, which Python connects to", () => {
    const name = `\0pollux ${String(process.pid)}\0`;
    const receiver = bound(AF_UNIX, { path: name });

    expect(receiver.localAddress.path).toBe(name);
    expect(() => bound(AF_UNIX, { path: name })).toThrow(
      expect.objectContaining({ code: "EADDRINUSE", path: name }),
    );
    bound(AF_UNIX, { path: `${name}\0` });
    const inPython = `bytes.fromhex("${Buffer.from(name).toString("hex")}")`;
    python(`socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendto(b"hello", ${inPython})`);
    expect(receiver.recv(Buffer.alloc(8))).toBe(5);
  });

  it("agree on an unnamed socket, and on one that the kernel names", () => {
    using unnamed = Socket.open(AF_UNIX, SOCK_DGRAM);
    expect(String(unnamed.localAddress)).toBe("unnamed");

    unnamed.bind({ path: "" });

    expect(String(unnamed.localAddress)).toMatch(/^@[0-9a-f]{5}$/);
  });

  it.skipIf(linkLocal === "")("agree on a link-local address with its zone", () => {
    const receiver = bound(AF_INET6, Address.parse(`[${linkLocal}]:0`));

    const { localAddress } = receiver;

    expect(String(localAddress)).toBe(`[${linkLocal}]:${String(localAddress.port)}`);
    expect(reaches(receiver)).toBe(true);
  });

  it("agree on IPv4 and IPv6 of the loopback interface", () => {
    expect(reaches(bound(AF_INET, Address.parse("127.0.0.1:0")))).toBe(true);
    expect(reaches(bound(AF_INET6, Address.parse("[::1]:0")))).toBe(true);
  });

  it("agree on netlink", () => {
    using socket = Socket.open(AF_NETLINK, SOCK_RAW, sys.NETLINK_ROUTE);
    socket.bind({ family: "netlink", groups: 1 });

    const { fields } = socket.localAddress;

    expect(fields).toMatchObject({ family: "netlink", groups: 1 });
    expect(() => socket.bind({ family: "netlink", pid: 4_000_000_000, groups: 1 })).toThrow(
      expect.objectContaining({ code: "EINVAL", address: "netlink:4000000000:0x1" }),
    );
  });

  it("dissolve a connection with AF_UNSPEC, from the bytes alone", () => {
    const receiver = bound(AF_INET, Address.parse("127.0.0.1:0"));
    using sender = Socket.open(AF_INET, SOCK_DGRAM);
    sender.connect(receiver.localAddress);

    sender.connect({ family: sys.AF_UNSPEC, data: new Uint8Array(14) });

    expect(() => sender.remoteAddress).toThrow(expect.objectContaining({ code: "ENOTCONN" }));
  });

  it.skipIf(withoutSocket(sys.AF_PACKET, SOCK_RAW))("agree on packet sockets", () => {
    using socket = Socket.open(sys.AF_PACKET, SOCK_RAW);
    socket.bind({ family: "packet", interface: "lo", protocol: sys.ETH_P_ALL });

    expect(String(socket.localAddress)).toBe("packet:lo:0x3:772:0:000000000000");
  });
});

describe("an interface whose name has a bracket", () => {
  it.skipIf(withoutNamespace)("is text that reads back", async () => {
    const same = await inNamespace(`
      sh("ip link add 'a]b' type bridge");
      const address = pollux.Address.from({ address: "fe80::1", port: 80, scopeId: "a]b" });
      print([String(address), pollux.Address.parse(String(address)).equals(address)]);
    `);

    expect(same).toEqual(["[fe80::1%a]b]:80", true]);
  });
});
