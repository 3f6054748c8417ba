import { readFileSync } from "node:fs";
import { describe, expect, it, onTestFinished } from "vitest";
import { isSystemError } from "../../lib/errors.ts";
import { Socket } from "../../lib/socket/socket.ts";
import * as sys from "../../lib/sys/index.ts";
import { CASES, SOCKETS } from "./cases.ts";

const { AF_INET, AF_UNIX, SOCK_DGRAM, SOCK_STREAM } = sys;
const failure = (code: string): Error => expect.objectContaining({ code }) as Error;

function own(socket: Socket): Socket {
  onTestFinished(() => {
    socket.close();
  });
  return socket;
}

const udp = (): Socket => own(Socket.open(AF_INET, SOCK_DGRAM));
const RETURN = 0x06; // BPF_RET | BPF_K: how many bytes of a packet are let through

describe("the other end of a unix socket", () => {
  it("is known by process, user and group: SO_PEERCRED, SO_PEERGROUPS", () => {
    const [first, second] = Socket.pair();

    expect(first.getOption("SO_PEERCRED")).toEqual({
      pid: process.pid,
      uid: process.getuid?.(),
      gid: process.getgid?.(),
    });
    const status = readFileSync("/proc/self/status", "latin1");
    const groups = /^Groups:[ \t]*(.*)$/m.exec(status)?.[1]?.trim();
    expect(first.getOption("SO_PEERGROUPS").join(" ")).toBe(groups);
    first.close();
    second.close();
  });

  it("is known by a descriptor of its process, which belongs to us: SO_PEERPIDFD", ({ skip }) => {
    const [first, second] = Socket.pair();
    onTestFinished(() => {
      first.close();
      second.close();
    });
    try {
      using pidfd = first.getOption("SO_PEERPIDFD");
      const info = readFileSync(`/proc/self/fdinfo/${String(pidfd.fd)}`, "latin1");
      expect(info).toMatch(new RegExp(`^Pid:\\s+${String(process.pid)}$`, "m"));
      expect(sys.fcntl(pidfd.fd, sys.F_GETFD)).toBe(sys.FD_CLOEXEC);
    } catch (error) {
      if (isSystemError(error, "ENOPROTOOPT")) return skip("SO_PEERPIDFD came with Linux 6.5");
      throw error;
    }
  });

  it("has a security context only where a security module is: SO_PEERSEC", () => {
    const [first, second] = Socket.pair();
    onTestFinished(() => {
      first.close();
      second.close();
    });

    try {
      expect(first.getOption("SO_PEERSEC")).toMatch(/^[\x20-\x7e]+$/);
    } catch (error) {
      expect(error).toMatchObject({ code: "ENOPROTOOPT" });
    }
  });
});

describe("a program of classic BPF", () => {
  const drop = [{ code: RETURN, jt: 0, jf: 0, k: 0 }];
  const keepThree = [{ code: RETURN, jt: 0, jf: 0, k: 8 + 3 }];

  it("filters what arrives, is read back, and taken off", () => {
    const socket = udp().bind({ address: "127.0.0.1", port: 0 });
    const client = udp();
    client.connect(socket.localAddress);
    const received = (): number | null => {
      client.send(Buffer.from("hello"));
      return socket.recv(new Uint8Array(8));
    };
    expect(socket.getOption("SO_GET_FILTER")).toEqual([]);

    socket.setOption("SO_ATTACH_FILTER", drop);
    expect(received()).toBeNull();
    socket.setOption("SO_ATTACH_FILTER", keepThree);
    expect(received()).toBe(3);
    expect(socket.getOption("SO_GET_FILTER")).toEqual(keepThree);
    socket.setOption("SO_DETACH_FILTER", true);
    expect(received()).toBe(5);
    expect(() => socket.setOption("SO_DETACH_FILTER", true)).toThrow(failure("ENOENT"));
  });

  it("keeps its instructions in their order", () => {
    const load = { code: 0x20, jt: 0, jf: 0, k: 8 }; // BPF_LD | BPF_W | BPF_ABS
    const jump = { code: 0x15, jt: 0, jf: 1, k: 0xffff_ffff }; // BPF_JMP | BPF_JEQ | BPF_K
    const program = [load, jump, ...drop, ...keepThree];

    const socket = udp().setOption("SO_ATTACH_FILTER", program);

    expect(socket.getOption("SO_GET_FILTER")).toEqual(program);
  });

  it("cannot be changed any more with SO_LOCK_FILTER", () => {
    const socket = udp().setOption("SO_ATTACH_FILTER", drop).setOption("SO_LOCK_FILTER", true);

    expect(() => socket.setOption("SO_ATTACH_FILTER", keepThree)).toThrow(failure("EPERM"));
    expect(() => socket.setOption("SO_DETACH_FILTER", true)).toThrow(failure("EPERM"));
    expect(() => socket.setOption("SO_LOCK_FILTER", false)).toThrow(failure("EPERM"));
  });

  it("chooses among the listeners of a port: SO_ATTACH_REUSEPORT_CBPF", () => {
    const listener = (address = { address: "127.0.0.1", port: 0 }): Socket =>
      own(Socket.open(AF_INET, SOCK_STREAM)).setOption("SO_REUSEPORT", true).bind(address).listen();
    const first = listener();
    const second = listener({ address: "127.0.0.1", port: first.localAddress.port ?? 0 });
    first.setOption("SO_ATTACH_REUSEPORT_CBPF", [{ code: RETURN, jt: 0, jf: 0, k: 1 }]);

    for (let n = 0; n < 8; n++) {
      using client = Socket.open(AF_INET, SOCK_STREAM, 0, { blocking: true });
      client.connect(first.localAddress);
      second.blocking = true;
      second.accept()?.close();
    }

    expect(first.accept()).toBeNull();
    first.setOption("SO_DETACH_REUSEPORT_BPF", true);
  });
});

describe("SO_BINDTODEVICE", () => {
  it("is a name, empty again when it is released; ENODEV for none", () => {
    const socket = udp().setOption("SO_BINDTODEVICE", "lo");
    expect(socket.getOption("SO_BINDTOIFINDEX")).toBe(sys.ifNametoindex("lo"));

    socket.setOption("SO_BINDTODEVICE", "");

    expect(socket.getOption("SO_BINDTODEVICE")).toBe("");
    expect(() => socket.setOption("SO_BINDTODEVICE", "none")).toThrow(failure("ENODEV"));
  });
});

describe("IP_LOCAL_PORT_RANGE", () => {
  it("limits the ports that the kernel chooses from", ({ skip }) => {
    const socket = udp();
    try {
      socket.setOption("IP_LOCAL_PORT_RANGE", { low: 45_000, high: 45_500 });
    } catch (error) {
      if (isSystemError(error, "ENOPROTOOPT")) return skip("IP_LOCAL_PORT_RANGE: Linux 6.3");
      throw error;
    }

    socket.bind({ address: "127.0.0.1", port: 0 });

    expect(socket.localAddress.port).toBeGreaterThanOrEqual(45_000);
    expect(socket.localAddress.port).toBeLessThanOrEqual(45_500);
  });
});

describe("IP_FREEBIND and IP_TRANSPARENT", () => {
  it("allow an address that no interface has", ({ skip }) => {
    const foreign = { address: "192.0.2.77", port: 0 };
    expect(() => udp().bind(foreign)).toThrow(failure("EADDRNOTAVAIL"));

    expect(udp().setOption("IP_FREEBIND", true).bind(foreign).localAddress.address).toBe(
      "192.0.2.77",
    );
    const transparent = udp();
    try {
      transparent.setOption("IP_TRANSPARENT", true);
    } catch (error) {
      if (isSystemError(error, "EPERM")) return skip("IP_TRANSPARENT needs CAP_NET_ADMIN");
      throw error;
    }
    expect(transparent.bind(foreign).localAddress.address).toBe("192.0.2.77");
  });
});

describe("every option that can be read", () => {
  it("has a value on its socket, or an error that says why not", () => {
    const seen = new Map<string, string>();
    for (const { name, on } of CASES) {
      try {
        using socket = SOCKETS[on]();
        expect(socket.getOption(name)).not.toBeUndefined();
      } catch (error) {
        if (!isSystemError(error)) throw error;
        seen.set(name, error.code);
      }
    }

    const lacking = ["EAFNOSUPPORT", "ENOPROTOOPT", "EPERM", "EPROTONOSUPPORT", "ESOCKTNOSUPPORT"];
    expect(lacking).toEqual(expect.arrayContaining([...new Set(seen.values())]));
  });

  it("tells what the socket is: type, domain, protocol, cookie, memory", () => {
    const first = udp();
    const second = own(Socket.open(AF_UNIX, SOCK_STREAM));
    first.setOption("SO_RCVBUF", 50_000);

    expect(first.getOption("SO_TYPE")).toBe(SOCK_DGRAM);
    expect(first.getOption("SO_DOMAIN")).toBe(AF_INET);
    expect(first.getOption("SO_PROTOCOL")).toBe(sys.IPPROTO_UDP);
    expect(second.getOption("SO_DOMAIN")).toBe(AF_UNIX);
    expect(first.getOption("SO_COOKIE")).toBe(first.getOption("SO_COOKIE"));
    expect(first.getOption("SO_COOKIE")).not.toBe(second.getOption("SO_COOKIE"));
    expect(first.getOption("SO_MEMINFO")[1]).toBe(100_000); // SK_MEMINFO_RCVBUF
    expect(first.getOption("SO_ACCEPTCONN")).toBe(false);
    const listener = own(Socket.open(AF_INET, SOCK_STREAM)).listen();
    expect(listener.getOption("SO_ACCEPTCONN")).toBe(true);
  });
});
