import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ChargenServer } from "../../lib/servers/chargen_server.ts";
import { DaytimeServer } from "../../lib/servers/daytime_server.ts";
import { DiscardServer } from "../../lib/servers/discard_server.ts";
import { EchoServer } from "../../lib/servers/echo_server.ts";
import type { StreamServer } from "../../lib/servers/stream_server.ts";
import { run, shell } from "../support/program.ts";
import { Python } from "../support/python.ts";
import { KINDS } from "../support/reactors.ts";

const LOOPBACK = { address: "127.0.0.1", port: 0 };
/** RFC 867, in the form that C has: "Sun Nov 29 01:33:22 2026". */
const DAYTIME = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}\r\n$/;
// RFC 864, as Python makes it: every one of the 95 lines, a thousand times.
const CHARGEN = `
import hashlib
characters = bytes(range(32, 127))
lines = b"".join(bytes(characters[(n + i) % 95] for i in range(72)) + b"\\r\\n" for n in range(95))
print(hashlib.sha256(lines * 1000).hexdigest())
`;

/** Takes so many bytes, and leaves when more has come: closing with bytes unread is the "rude abort" of RFC 864. */
const RUDE_CLIENT = `
import hashlib, json, socket, sys
place, left, hash = json.loads(sys.argv[1]), int(sys.argv[2]), hashlib.sha256()
client = socket.socket(socket.AF_UNIX) if "path" in place else socket.socket()
client.connect(place["path"] if "path" in place else (place["address"], place["port"]))
while left:
    data = client.recv(min(left, 65536))
    hash.update(data)
    left -= len(data)
client.recv(1, socket.MSG_PEEK)
client.close()
print(hash.hexdigest())
`;

const withoutNmap = spawnSync("nmap", ["--version"]).status === 0 ? undefined : "needs nmap";

let folder: string;
let chargenHash: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "pollux-"));
  chargenHash = (await run("python3", "-c", CHARGEN)).stdout.trim();
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Serves while `use` runs, and returns the totals. */
async function serving<S extends StreamServer>(
  server: S,
  use: (server: S) => Promise<unknown>,
): Promise<S["totals"]> {
  const running = server.run();
  try {
    await use(server);
  } finally {
    server.stop(1000);
    await running;
  }
  return server.totals;
}

/** How socat and Python name where a server listens. */
function socatTo({ address: { port, path } }: StreamServer): string {
  if (path === undefined) return `TCP:127.0.0.1:${String(port)}`;
  return path.startsWith("\0") ? `ABSTRACT-CONNECT:${path.slice(1)}` : `UNIX-CONNECT:${path}`;
}

describe.each(KINDS)("on $multiplexer, edge: $edge:", (kind) => {
  const name = `pollux-services-${String(process.pid)}`;
  const places = [
    ["TCP", LOOPBACK],
    ["a unix path", () => ({ path: join(folder, `${kind.multiplexer}${String(kind.edge)}`) })],
    ["an abstract name", { path: `\0${name}` }],
  ] as const;

  describe.each(places)("%s:", (_place, where) => {
    const place = (): { path: string } | typeof LOOPBACK =>
      typeof where === "function" ? where() : where;
    const options = { ...kind, unlinkStale: true };

    it("DiscardServer takes all, and answers with nothing but the end", async () => {
      const totals = await serving(new DiscardServer(place(), options), async (server) => {
        const answer = await shell(
          `head -c 5000000 /dev/zero | socat -t 60 - ${socatTo(server)} | wc -c`,
        );
        expect(Number(answer)).toBe(0);
      });

      expect(totals).toMatchObject({ connections: 1, broken: 0, bytesIn: 5_000_000, bytesOut: 0 });
    });

    it("ChargenServer sends the pattern of RFC 864 until the client has enough", async () => {
      const totals = await serving(new ChargenServer(place(), options), async (server) => {
        const bytes = String(95 * 74 * 1000);
        const { address, port, path } = server.address;
        const to = JSON.stringify({ address, port, path });
        const { stdout } = await run("python3", "-c", RUDE_CLIENT, to, bytes);
        expect(stdout.trim()).toBe(chargenHash);
      });

      expect(totals).toMatchObject({ connections: 1, broken: 1, open: 0, bytesIn: 0 });
    });

    it("ChargenServer ends with whole lines when its client half-closes", async () => {
      const totals = await serving(new ChargenServer(place(), options), async (server) => {
        const length = await shell(`socat -t 60 - ${socatTo(server)} < /dev/null | wc -c`);
        expect(Number(length) % 74).toBe(0);
        expect(Number(length)).toBeGreaterThan(0);
      });

      expect(totals).toMatchObject({ connections: 1, broken: 0, open: 0 });
    });

    it("DaytimeServer sends the time and ends, whatever the client has sent", async () => {
      const totals = await serving(new DaytimeServer(place(), options), async (server) => {
        const socat = `socat -t 60 - ${socatTo(server)}`;
        for (const input of ["/dev/null", "/etc/services"]) {
          expect(await shell(`${socat} < ${input}`)).toMatch(DAYTIME);
        }
      });

      expect(totals).toMatchObject({ connections: 2, broken: 0, open: 0, bytesOut: 52 });
    });
  });

  it("seqpacket: each service has its messages", async () => {
    await using python = new Python();
    const connect = async (): Promise<void> => {
      await python.run("there = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)");
      await python.run("there.settimeout(50)");
      await python.run(`there.connect("\\0${name}")`);
    };
    const options = { ...kind, type: "seqpacket" } as const;
    const at = { path: `\0${name}` };

    await serving(new DaytimeServer(at, options), async () => {
      await connect();
      expect(await python.run("there.recv(99).decode()")).toMatch(DAYTIME);
      expect(await python.run("len(there.recv(99))")).toBe(0);
      await python.run("there.close()");
    });
    await serving(new ChargenServer(at, options), async () => {
      await connect();
      const lines = "[there.recv(999) for i in range(2000)]";
      expect(await python.run(`set(len(line) for line in ${lines}) == {74}`)).toBe(true);
      await python.run("there.close()");
    });
    const discarded = await serving(new DiscardServer(at, options), async () => {
      await connect();
      await python.run("for i in range(100): there.send(bytes(i))");
      await python.run("there.shutdown(socket.SHUT_WR)");
      expect(await python.run("len(there.recv(99))")).toBe(0);
      await python.run("there.close()");
    });
    expect(discarded).toMatchObject({ connections: 1, broken: 0, bytesIn: 4950, bytesOut: 0 });
  });

  it("ChargenServer stops with a client that does not read, and with one that reads all", async () => {
    const server = new ChargenServer(LOOPBACK, kind);
    await using python = new Python();
    const { port } = server.address;
    const running = server.run();
    await python.run(`there = socket.create_connection(("127.0.0.1", ${String(port)}))`);
    await python.run("there.settimeout(50)");
    await python.run("first = there.recv(7400, socket.MSG_WAITALL)");

    server.stop(50_000);
    const length = await python.run("len(b''.join(iter(lambda: there.recv(65536), b'')))");
    await python.run("there.close()");

    expect((Number(length) + 7400) % 74).toBe(0);
    expect(await running).toMatchObject({ connections: 1, broken: 0, open: 0 });
  });

  it("ChargenServer keeps its memory flat for clients that never read", async () => {
    const before = process.memoryUsage().arrayBuffers;
    const server = new ChargenServer(LOOPBACK, kind);
    await serving(server, async () => {
      await using python = new Python();
      await python.run(
        `there = [socket.create_connection(("127.0.0.1", ${String(server.address.port)})) for i in range(20)]`,
      );
      // Until nothing moves while the other process answers a hundred times.
      for (let [sent, still] = [0, 0]; still < 100 || server.totals.connections < 20; still++) {
        await python.run("1");
        if (server.totals.bytesOut !== sent) still = 0;
        sent = server.totals.bytesOut;
      }
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * 1024 * 1024);
      await python.run("for one in there: one.close()");
    });

    expect(server.totals).toMatchObject({ connections: 20, broken: 20, open: 0 });
  });
});

describe("nmap -sV", () => {
  it.skipIf(withoutNmap)("recognises daytime, chargen and echo", async () => {
    const servers = {
      daytime: new DaytimeServer(LOOPBACK),
      chargen: new ChargenServer(LOOPBACK),
      echo: new EchoServer(LOOPBACK),
    };
    const runs = Object.values(servers).map((server) => server.run());
    const ports = Object.values(servers).map(({ address: { port } }) => String(port));

    const { stdout } = await run(
      "nmap",
      "-n",
      "-Pn",
      "-sV",
      "--version-light",
      "-p",
      ports.join(),
      "127.0.0.1",
    );

    for (const server of Object.values(servers)) server.stop(0);
    await Promise.all(runs);
    for (const [service, { address }] of Object.entries(servers)) {
      expect(stdout).toMatch(new RegExp(`^${String(address.port)}/tcp +open +${service}\\b`, "m"));
    }
  });
});
