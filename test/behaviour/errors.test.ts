import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { Socket } from "../../lib/socket/socket.ts";
import * as sys from "../../lib/sys/index.ts";
import { BARE, PYTHON } from "../support/tools.ts";
import { withoutNamespace } from "../support/privilege.ts";
import { run } from "../sys/support.ts";
import { FAMILIES, open, own } from "./tcp.ts";

const NOBODY = 65_534;
const failure = (code: string, syscall: string): Error =>
  expect.objectContaining({ code, syscall }) as Error;

/** Runs `call` as a user without rights, where this process has them. */
function unprivileged(call: () => void): void {
  const uid = process.geteuid?.() ?? 0;
  if (uid === 0) process.seteuid?.(NOBODY);
  try {
    call();
  } finally {
    if (uid === 0) process.seteuid?.(uid);
  }
}

describe.each(FAMILIES)("what a user may not do, $name", (of) => {
  it("is EACCES for a port below ip_unprivileged_port_start", ({ skip }) => {
    const least = Number(run("cat", ["/proc/sys/net/ipv4/ip_unprivileged_port_start"]));
    if (least < 2) return skip("every user may bind every port here");
    const socket = open(of);

    unprivileged(() => {
      expect(() => socket.bind({ address: of.address, port: 1 })).toThrow(
        expect.objectContaining({
          ...{ code: "EACCES", syscall: "bind", address: of.address, port: 1 },
        }),
      );
    });
  });

  it("is EPERM for SO_MARK and SO_RCVBUFFORCE", () => {
    const socket = open(of);

    unprivileged(() => {
      expect(() => socket.setOption("SO_MARK", 1)).toThrow(failure("EPERM", "setsockopt"));
      expect(() => socket.setOption("SO_RCVBUFFORCE", 1)).toThrow(failure("EPERM", "setsockopt"));
    });
  });
});

describe("what a user may not do, unix", () => {
  it("is EACCES for a path in a directory that is not the user's", () => {
    const directory = mkdtempSync(join(tmpdir(), "pollux-eacces-"));
    onTestFinished(() => {
      rmSync(directory, { recursive: true });
    });
    const socket = own(Socket.open(sys.AF_UNIX, sys.SOCK_STREAM));
    if (process.geteuid?.() !== 0) run("chmod", ["0500", directory]);

    unprivileged(() => {
      expect(() => socket.bind({ path: join(directory, "socket") })).toThrow(
        failure("EACCES", "bind"),
      );
    });
  });
});

describe("a broadcast address", () => {
  it("is EACCES without SO_BROADCAST", () => {
    const socket = own(Socket.open(sys.AF_INET, sys.SOCK_DGRAM));
    const broadcast = { address: "127.255.255.255", port: 9 };
    expect(() => socket.connect(broadcast)).toThrow(failure("EACCES", "connect"));

    socket.setOption("SO_BROADCAST", true);

    expect(socket.connect(broadcast)).toBe(true);
  });
});

describe("a network that cannot be reached", () => {
  // A process of its own, in a network of its own, whose routes say "unreachable".
  const script = `
import socket, sys
for family, address in (socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"):
    with socket.socket(family, socket.SOCK_STREAM) as s:
        try: s.connect((address, 9))
        except OSError as error: print(error.errno)
`;
  const routes = [
    "ip link set lo up",
    "ip route add unreachable 192.0.2.0/24",
    "ip -6 route add unreachable 2001:db8::/32",
  ].join(" && ");

  it.skipIf(withoutNamespace)("is EHOSTUNREACH where the route says so", () => {
    const inNamespace = (command: string, ...args: string[]): string =>
      run("unshare", ["--net", "sh", "-c", `${routes} && exec "$0" "$@"`, command, ...args]);
    const there = inNamespace(PYTHON, ...BARE, "-c", script)
      .trim()
      .split("\n")
      .map(Number);

    const here = JSON.parse(
      inNamespace(process.execPath, "--input-type=module", "-e", CONNECT),
    ) as object[];

    expect(there).toEqual([sys.errno.EHOSTUNREACH, sys.errno.EHOSTUNREACH]);
    for (const error of here) {
      expect(error).toMatchObject({
        ...{ code: "EHOSTUNREACH", errno: -sys.errno.EHOSTUNREACH, syscall: "connect" },
      });
    }
    expect(here).toHaveLength(2);
  });
});

const DIST = new URL("../../dist/lib/index.js", import.meta.url).href;
const CONNECT = `
import { Socket, sys } from ${JSON.stringify(DIST)};
const errors = [[sys.AF_INET, "192.0.2.1"], [sys.AF_INET6, "2001:db8::1"]].map(([family, address]) => {
  try { Socket.open(family, sys.SOCK_STREAM, 0, { blocking: true }).connect({ address, port: 9 }); }
  catch (error) { return { ...error }; }
});
console.log(JSON.stringify(errors));
`;
