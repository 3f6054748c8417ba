import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import {
  createServer,
  type CreateServerOptions,
  createServers,
  hasDualStackIPv6,
} from "../../lib/socket/create_server.ts";
import type { Endpoint } from "../../lib/address/endpoint.ts";
import type { Socket } from "../../lib/socket/socket.ts";
import * as sys from "../../lib/sys/index.ts";
import { openDescriptors } from "../support/descriptors.ts";
import { withHosts, withoutHosts } from "../support/hosts.ts";
import { shell } from "../support/program.ts";
import { Python } from "../support/python.ts";
import { python as pythonSays } from "../sys/support.ts";

const failure = (fields: object): Error => expect.objectContaining(fields) as Error;

function own<T extends { close(): void }>(one: T): T {
  onTestFinished(() => {
    one.close();
  });
  return one;
}

const serve = (endpoint: Endpoint, options?: CreateServerOptions): Socket =>
  own(createServer(endpoint, options));

const port = (socket: Socket): number => socket.localAddress.port ?? 0;

/** Whether a client of Python is taken at this address. */
async function reaches(python: Python, host: string, at: number): Promise<boolean> {
  await python.run(`
try: socket.create_connection(("${host}", ${String(at)})).close(); reached = True
except OSError: reached = False`);
  return (await python.run("reached")) as boolean;
}

describe("createServer", () => {
  it.each<[Endpoint, CreateServerOptions, string, boolean, boolean]>([
    [":0", {}, "0.0.0.0", true, false],
    [":0", { family: sys.AF_INET6 }, "::", false, true],
    [":0", { dualStack: true }, "::", true, true],
    ["[::]:0", { dualStack: true }, "::", true, true],
    ["[::]:0", {}, "::", false, true],
    ["localhost:0", {}, "127.0.0.1", true, false],
    ["localhost:0", { family: sys.AF_INET6 }, "::1", false, true],
    [{ port: 0 }, {}, "0.0.0.0", true, false],
    ["127.0.0.1:0", { family: sys.AF_INET }, "127.0.0.1", true, false],
  ])(
    "listens at %j, %j: at %s, IPv4 %s, IPv6 %s",
    async (endpoint, options, address, four, six) => {
      await using python = new Python();
      const server = serve(endpoint, options);

      expect(server.localAddress.address).toBe(address);
      expect(await reaches(python, "127.0.0.1", port(server))).toBe(four);
      expect(await reaches(python, "::1", port(server))).toBe(six);
    },
  );

  it("shows clients of IPv4 as mapped addresses on a dual-stack socket", async () => {
    const server = serve(":0", { dualStack: true, blocking: true });

    await shell(`echo | ncat 127.0.0.1 ${String(port(server))} --send-only`);
    await shell(`echo | socat -u - TCP6:[::1]:${String(port(server))}`);

    const peers = [own(server.acceptFrom()!.socket), own(server.acceptFrom()!.socket)];
    expect(peers.map(({ remoteAddress }) => remoteAddress.address)).toEqual([
      "::ffff:127.0.0.1",
      "::1",
    ]);
  });

  it("sets what Python's create_server sets", () => {
    const options = { backlog: 7, reusePort: true, family: sys.AF_INET6 };
    const server = serve(":0", options);
    const names = ["SO_REUSEADDR", "SO_REUSEPORT", "IPV6_V6ONLY"] as const;
    const there = pythonSays(
      "(lambda s: [s.getsockopt(*o) for o in ((1, 2), (1, 15), (41, 26))])(" +
        "socket.create_server(('::', 0), family=10, backlog=7, reuse_port=True))",
    );

    expect(names.map((name) => Number(server.getOption(name)))).toEqual(JSON.parse(there));
    // Of a listening socket, Linux keeps the backlog there.
    expect(server.getOption("TCP_INFO").sacked).toBe(7);
    expect(server.blocking).toBe(false);
  });

  it("shares its port with others, if all are asked to", () => {
    const first = serve("127.0.0.1:0", { reusePort: true });
    const to = first.localAddress;

    expect(serve(to, { reusePort: true }).localAddress.equals(to)).toBe(true);
    expect(() => createServer(to)).toThrow(
      failure({ code: "EADDRINUSE", syscall: "bind", address: "127.0.0.1", port: to.port }),
    );
  });

  it("listens at a unix address, also where a dead server left its file", () => {
    const path = join(tmpdir(), `pollux-create-server-${String(process.pid)}`);
    onTestFinished(() => {
      rmSync(path);
    });
    createServer({ path }, { type: sys.SOCK_SEQPACKET }).close();
    expect(() => createServer(path)).toThrow(failure({ code: "EADDRINUSE", path }));

    const server = serve(path, { type: sys.SOCK_SEQPACKET, unlinkStale: true });

    expect([server.type, server.localAddress.path]).toEqual([sys.SOCK_SEQPACKET, path]);
  });

  it.each<[Endpoint, CreateServerOptions, string]>([
    ["example.org:80", {}, "host"],
    ["localhost", {}, "endpoint"],
    ["127.0.0.1:0", { family: sys.AF_INET6 }, "family"],
    [{ path: "/x" }, { family: sys.AF_INET }, "family"],
    ["127.0.0.1:0", { dualStack: true }, "dualStack"],
    ["localhost:0", { dualStack: true }, "dualStack"],
    ["[::1]:0", { dualStack: true }, "dualStack"],
    [":0", { dualStack: true, family: sys.AF_INET }, '"dualStack" and "family"'],
    [{ path: "/x" }, { dualStack: true }, "dualStack"],
  ])("refuses %j, %j, and opens nothing", (endpoint, options, about) => {
    const before = openDescriptors();

    expect(() => createServer(endpoint, options)).toThrow(
      failure({
        code: "ERR_INVALID_ARG_VALUE",
        message: expect.stringContaining(about) as string,
      }),
    );

    expect(openDescriptors()).toEqual(before);
  });

  it("closes its socket when it fails", () => {
    const before = openDescriptors();

    expect(() => createServer("192.0.2.1:0")).toThrow(
      failure({ code: "EADDRNOTAVAIL", syscall: "bind", address: "192.0.2.1" }),
    );
    expect(() => createServer(":no-such-service")).toThrow(failure({ code: "EAI_SERVICE" }));

    expect(openDescriptors()).toEqual(before);
  });
});

describe("createServers", () => {
  it.each([
    [":0", ["0.0.0.0", "::"]],
    ["localhost:0", ["127.0.0.1", "::1"]],
  ])("listens for both families on one port: %s", async (endpoint, addresses) => {
    const servers = createServers(endpoint, { blocking: true }).map(own);
    const [four, six] = servers as [Socket, Socket];

    await shell(`echo | socat -u - TCP4:127.0.0.1:${String(port(four))}`);
    await shell(`echo | ncat -6 ::1 ${String(port(four))} --send-only`);

    expect(servers.map(({ localAddress }) => localAddress.address)).toEqual(addresses);
    expect(port(six)).toBe(port(four));
    expect(own(four.accept()!).remoteAddress.address).toBe("127.0.0.1");
    expect(own(six.accept()!).remoteAddress.address).toBe("::1");
  });

  it("leaves nothing open where the port of one family is in use", () => {
    const six = serve(":0", { family: sys.AF_INET6 });
    const before = openDescriptors();

    expect(() => createServers(`:${String(port(six))}`)).toThrow(
      failure({ code: "EADDRINUSE", syscall: "bind", address: "::" }),
    );

    expect(openDescriptors()).toEqual(before);
  });

  it.each(["127.0.0.1:0", "[::]:0", "/path", "example.org:0"])("refuses %s", (endpoint) => {
    expect(() => createServers(endpoint)).toThrow(failure({ code: "ERR_INVALID_ARG_VALUE" }));
  });

  it.skipIf(withoutHosts)("listens for one family where the machine has one", async () => {
    const [addresses] = await withHosts(
      "",
      `
      const servers = pollux.createServers("localhost:0");
      print(servers.map((server) => server.localAddress.address));
      for (const server of servers) server.close();`,
      "ip -6 addr flush dev lo",
    );

    expect(addresses).toEqual(["127.0.0.1"]);
  });
});

describe("hasDualStackIPv6", () => {
  it("is what Python says", () => {
    expect(hasDualStackIPv6()).toBe(pythonSays("socket.has_dualstack_ipv6()") === "True");
  });
});
