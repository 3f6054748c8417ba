import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { clientAddress, proxyHeader } from "../../lib/servers/proxy_protocol.ts";
import { StreamServer } from "../../lib/servers/stream_server.ts";
import { Program } from "../support/program.ts";
import { Proxy, withoutHaproxy, withoutNginx } from "../support/proxies.ts";
import { Python } from "../support/python.ts";
import { POLLUX, Serving } from "../support/serving.ts";

/** What the client in Python knows. One request is a connection of its own, with bytes of its own. */
const CLIENT = `
import threading
def connect(address="127.0.0.1"):
    return socket.create_connection(("127.0.0.1", port), source_address=(address, 0))
def ask(there):
    sent = os.urandom(64)
    there.sendall(sent)
    answer = b""
    while len(answer) < 64:
        more = there.recv(64 - len(answer))
        if not more: return f"the end after {len(answer)} bytes"
        answer += more
    return None if answer == sent else "another answer"
def request():
    try:
        with connect() as there: return ask(there)
    except OSError as error:
        return repr(error)
def failures(count, at_once):
    found = []
    def go():
        for _ in range(count // at_once): found.append(request())
    threads = [threading.Thread(target=go) for _ in range(at_once)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    return {"answered": found.count(None), "failed": [one for one in found if one is not None]}
`;

async function clientOf(proxy: Proxy): Promise<Python> {
  const python = new Python();
  await python.run(CLIENT);
  await python.run(`port = ${String(proxy.port)}`);
  return python;
}

/** Tells each client its address, and where it has connected to. */
async function telling(
  use: (port: number) => Promise<unknown>,
  versions: number[] = [],
): Promise<StreamServer["totals"]> {
  const server = new StreamServer(
    { address: "127.0.0.1", port: 0 },
    {
      onConnect(connection) {
        const header = proxyHeader(connection);
        if (header?.source) versions.push(header.version);
        const destination = header?.destination ? String(header.destination) : "the proxy itself";
        connection.write(Buffer.from(`${String(clientAddress(connection))} ${destination}\n`));
        connection.end();
      },
    },
    { proxyProtocol: true },
  );
  const running = server.run();
  try {
    await use(server.address.port ?? 0);
  } finally {
    server.stop();
  }
  return await running;
}

async function whatItTells(proxy: Proxy): Promise<void> {
  await using python = await clientOf(proxy);
  await python.run("there = connect('127.0.0.3')");
  const own = String(await python.run("there.getsockname()[1]"));
  const told = await python.run("there.makefile().readline()");
  expect(told).toBe(`127.0.0.3:${own} 127.0.0.1:${String(proxy.port)}\n`);
}

describe.skipIf(withoutHaproxy)(`HAProxy [${withoutHaproxy ?? "here"}]`, () => {
  it.each([
    ["send-proxy", 1],
    ["send-proxy-v2", 2],
    ["send-proxy-v2 proxy-v2-options crc32c,ssl,cert-cn", 2],
    ["send-proxy-v2-ssl-cn", 2],
  ])("with %s tells a StreamServer who its clients are", async (options, version) => {
    const versions: number[] = [];

    const totals = await telling(async (port) => {
      await using proxy = await Proxy.haproxy([`server one 127.0.0.1:${String(port)} ${options}`]);
      await whatItTells(proxy);
      await whatItTells(proxy);
    }, versions);

    expect(versions).toEqual([version, version]);
    expect(totals).toMatchObject({ connections: 2, broken: 0 });
  });

  it("is refused without send-proxy: its client gets nothing", async () => {
    const totals = await telling(async (port) => {
      await using proxy = await Proxy.haproxy([`server one 127.0.0.1:${String(port)}`]);
      await using python = await clientOf(proxy);
      expect(await python.run("failures(1, 1)")).toMatchObject({ answered: 0 });
    });

    expect(totals).toMatchObject({ connections: 0, broken: 1 });
  });

  it.each(["send-proxy", "send-proxy-v2"])(
    "with %s checks whether `pollux serve --proxy-protocol` echoes, and breaks no connection",
    async (send) => {
      await using server = await Serving.start(["--proxy-protocol"]);
      {
        await using proxy = await Proxy.haproxy([
          ...["option log-health-checks", "log stderr format raw local0", "option tcp-check"],
          ...[
            "tcp-check connect send-proxy linger",
            "tcp-check send ping",
            "tcp-check expect string ping",
          ],
          `server one 127.0.0.1:${String(server.port)} ${send} check inter 5s`,
        ]);
        await using python = await clientOf(proxy);
        expect(await python.run("failures(20, 4)")).toEqual({ answered: 20, failed: [] });
        await proxy.says(/Health check for server servers\/one succeeded/);
      }

      const { totals } = await server.stop();
      expect(totals).toMatchObject({ broken: 0, rejected: 0 });
      expect(totals.connections).toBeGreaterThan(20);
      expect(totals.bytesOut - 20 * 64).toBeGreaterThanOrEqual("ping".length);
    },
  );

  it("lets `pollux serve --max-per-address` count its clients", async () => {
    await using server = await Serving.start(["--proxy-protocol", "--max-per-address", "1"]);
    const address = `127.0.0.1:${String(server.port)}`;
    await using proxy = await Proxy.haproxy([`server one ${address} send-proxy-v2`]);
    await using python = await clientOf(proxy);

    await python.run("first, second = connect('127.0.0.3'), connect('127.0.0.4')");
    expect(await python.run("[ask(first), ask(second)]")).toEqual([null, null]);
    await python.run("third = connect('127.0.0.3')");
    expect(await python.run("ask(third)")).not.toBe(null);
    await python.run("first.close(); second.close()");

    expect((await server.stop()).totals).toMatchObject({
      ...{ connections: 2, rejected: 1, broken: 0, limits: { maxPerAddress: 1 } },
    });
  });
});

describe.skipIf(withoutHaproxy)(
  `HAProxy in front of two \`pollux serve\` [${withoutHaproxy ?? "here"}]`,
  () => {
    let folder: string;

    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), "pollux-"));
    });

    afterAll(() => {
      rmSync(folder, { recursive: true });
    });

    async function serve(name: string): Promise<Program> {
      const where = ["--unix", join(folder, name), "--proxy-protocol"];
      const program = new Program(process.execPath, [POLLUX, "serve", "--json", ...where]);
      expect(await program.nextLine()).toMatch(/"listening"/);
      return program;
    }

    async function totalsOf(program: Program): Promise<object> {
      program.kill("SIGTERM");
      const { stdout } = await program.ended;
      return JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "") as object;
    }

    it("fails no request that begins while one of them is killed, is down, and comes back", async () => {
      await using first = await serve("a");
      await using second = await serve("b");
      await using proxy = await Proxy.haproxy([
        ...["balance roundrobin", "default-server send-proxy-v2 check inter 100ms fall 3 rise 2"],
        ...["a", "b"].map((name) => `server ${name} unix@${join(folder, name)}`),
      ]);
      await using python = await clientOf(proxy);
      const all = { answered: 200, failed: [] };
      expect(await python.run("failures(200, 4)")).toEqual(all);

      // Between two requests: nobody can answer one whose server is killed meanwhile.
      first.kill("SIGKILL");
      expect(await first.ended).toMatchObject({ signal: "SIGKILL" });
      expect(await python.run("failures(200, 4)")).toEqual(all);
      await proxy.says(/servers\/a is DOWN/);
      expect(await python.run("failures(200, 4)")).toEqual(all);

      await using third = await serve("a");
      expect(await python.run("failures(200, 4)")).toEqual(all);
      await proxy.says(/servers\/a is UP/);
      expect(await python.run("failures(200, 4)")).toEqual(all);

      const [again, other] = [await totalsOf(third), await totalsOf(second)];
      expect(again).toMatchObject({ broken: 0, rejected: 0 });
      expect(other).toMatchObject({ broken: 0, rejected: 0 });
      const half = 100 * 64;
      expect((again as { bytesOut: number }).bytesOut).toBeGreaterThanOrEqual(half);
    });
  },
);

describe.skipIf(withoutNginx)(`nginx [${withoutNginx ?? "here"}]`, () => {
  it("with proxy_protocol tells a StreamServer who its clients are", async () => {
    const versions: number[] = [];

    const totals = await telling(async (port) => {
      await using proxy = await Proxy.nginx(`127.0.0.1:${String(port)}`);
      await whatItTells(proxy);
      await whatItTells(proxy);
    }, versions);

    expect(versions).toEqual([1, 1]);
    expect(totals).toMatchObject({ connections: 2, broken: 0 });
  });

  it("passes an echo through to `pollux serve --proxy-protocol`", async () => {
    await using server = await Serving.start(["--proxy-protocol"]);
    await using proxy = await Proxy.nginx(`127.0.0.1:${String(server.port)}`);
    await using python = await clientOf(proxy);

    expect(await python.run("failures(20, 4)")).toEqual({ answered: 20, failed: [] });

    expect((await server.stop()).totals).toMatchObject({ connections: 20, broken: 0 });
  });
});
