import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { UdpEchoClient } from "../../lib/servers/udp_echo_client.ts";
import * as sys from "../../lib/sys/index.ts";
import { Program, run } from "../support/program.ts";
import { Crowd, RemoteClient } from "../support/remote_client.ts";
import { compiled, listening } from "./programs.ts";

const command = compiled(
  "notes",
  ...["echo_client", "interactive_client", "multiplexer_echo", "out_of_descriptors"],
  ...[
    "process_per_connection",
    "reuse_port_workers",
    "sctp_echo",
    "tcp_udp_server",
    "upper_server",
    "workers",
  ],
);
const MULTIPLEXERS = ["select", "poll", "epoll"];

/** A server that ends each connection at once. */
async function endingServer(): Promise<{ port: string } & AsyncDisposable> {
  const server = createServer((socket) => socket.end("goodbye\n").on("error", () => null));
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    port: String((server.address() as AddressInfo).port),
    [Symbol.asyncDispose]: async () => {
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

describe("examples/process_per_connection.ts", () => {
  it("serves each client in a process of its own, and leaves no zombie", async () => {
    const [server, port] = await listening(command("process_per_connection", "0"));
    await using _server = server;
    await using crowd = new Crowd(port);
    expect(await crowd.join(5)).toEqual({ served: 5, turnedAway: 0, wrong: 0 });
    await using client = await RemoteClient.connect(port);
    expect(await client.ask("fetch", 1_000_000)).toEqual({ bytes: 1_000_000, matches: true });

    await crowd.leave(5); // many end at once
    await client.ask("close");

    const ended = [];
    for (let child = 0; child < 6; child++) ended.push(await server.nextLine());
    for (const line of ended) expect(line).toMatch(/^child \d+ ended with 0$/);
    const { stdout } = await run("ps", "--ppid", String(server.pid), "-o", "stat=");
    expect(stdout).not.toContain("Z");
    server.kill("SIGTERM");
    expect(await server.ended).toMatchObject({ code: 0, stderr: "" });
  });
});

describe("examples/echo_client.ts", () => {
  it("sends a line and reads a line, and says when the server ends", async () => {
    const [server, port] = await listening(command("multiplexer_echo", "0"));
    await using _server = server;
    await using client = new Program(...command("echo_client", String(port)));
    for (const line of ["one", "zwei ä", ""]) {
      client.say(line);
      expect(await client.nextLine()).toBe(line);
    }

    server.kill("SIGKILL");
    await server.ended;
    client.say("anybody?");

    const { code, stderr } = await client.ended;
    expect(code).toBe(1);
    expect(stderr).toMatch(/^Error: (server terminated prematurely|\w+ E(PIPE|CONNRESET).*)\n$/);
  });
});

describe.each(MULTIPLEXERS)("examples/interactive_client.ts on %s", (multiplexer) => {
  it("talks in lines, and copies a whole file", async () => {
    const [server, port] = await listening(command("multiplexer_echo", "0", multiplexer));
    await using _server = server;
    const [node, args] = command("interactive_client", String(port), multiplexer);
    await using client = new Program(node, args);
    client.say("hello");
    expect(await client.nextLine()).toBe("hello");

    const script = 'head -c 5000000 "$0" > /tmp/$$; "$@" < /tmp/$$ | cmp - /tmp/$$; rm /tmp/$$';
    const copied = await run("bash", "-o", "pipefail", "-c", script, "/dev/urandom", node, ...args);

    expect(copied).toMatchObject({ code: 0, stdout: "", stderr: "" });
  });

  it("sees the server's end while nothing is typed", async () => {
    await using server = await endingServer();

    await using client = new Program(...command("interactive_client", server.port, multiplexer));

    expect(await client.ended).toMatchObject({
      ...{ code: 1, stdout: "goodbye\n", stderr: "server terminated prematurely\n" },
    });
  });
});

describe("examples/upper_server.ts", () => {
  it.each([["select"], ["poll"], ["epoll"], ["epoll", "edge"]])(
    "changes a … z and nothing else: %s %s",
    async (...args) => {
      const [server, port] = await listening(command("upper_server", "0", ...args));
      await using _server = server;
      await using client = await RemoteClient.connect(port, "127.0.0.1", true);

      expect(await client.ask("fetch", 100_000)).toEqual({ bytes: 100_000, matches: true });
    },
  );
});

describe.each(MULTIPLEXERS)("examples/tcp_udp_server.ts on %s", (multiplexer) => {
  it("echoes connections and datagrams on one port", async () => {
    const [server, port] = await listening(command("tcp_udp_server", "0", multiplexer));
    await using _server = server;
    await using client = await RemoteClient.connect(port);
    expect(await client.ask("fetch", 100_000)).toEqual({ bytes: 100_000, matches: true });
    await client.ask("close");
    using udp = new UdpEchoClient({ address: "127.0.0.1", port });
    expect(String(await udp.ask(Buffer.from("hello")))).toBe(
      String(Uint8Array.from(Buffer.from("hello"))),
    );

    server.kill("SIGTERM");

    const { code, stdout } = await server.ended;
    expect(code).toBe(0);
    expect(stdout).toContain("1 connections, 1 datagrams\n");
  });
});

describe("examples/reuse_port_workers.ts", () => {
  it("spreads the connections over six workers, and says how", async () => {
    const [node, args] = command("reuse_port_workers", "0", "6");
    const [server, port] = await listening([node, args]);
    await using _server = server;
    await using crowd = new Crowd(port);
    expect(await crowd.join(200)).toEqual({ served: 200, turnedAway: 0, wrong: 0 });

    server.kill("SIGTERM");

    const { code, stdout, stderr } = await server.ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const served = [...stdout.matchAll(/^worker \d+: (\d+) connections$/gm)].map(([, count]) =>
      Number(count),
    );
    expect(served).toHaveLength(6);
    expect(served.reduce((sum, count) => sum + count, 0)).toBe(200);
    expect(served.filter((count) => count > 0).length).toBeGreaterThan(1);
  });
});

describe("examples/workers.ts", () => {
  it("replaces its workers at SIGHUP while clients connect, and adds up what they served", async () => {
    const [node, args] = command("workers", "0", "2");
    await using server = new Program(node, args);
    let line = "";
    while (!line.includes("listening")) line = await server.nextLine();
    const port = Number(/:(\d+)$/.exec(line)?.[1]);
    await using crowd = new Crowd(port);

    expect(await crowd.join(50)).toEqual({ served: 50, turnedAway: 0, wrong: 0 });
    server.kill("SIGHUP");
    while (line !== "replaced") line = await server.nextLine();
    await using second = new Crowd(port);
    expect(await second.join(50)).toEqual({ served: 50, turnedAway: 0, wrong: 0 });
    server.kill("SIGTERM");

    const { code, stdout, stderr } = await server.ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("all workers: 100 connections\n");
    expect(stdout.match(/is exited$/gm)).toHaveLength(4);
  });
});

describe.each(MULTIPLEXERS)("examples/out_of_descriptors.ts on %s", (multiplexer) => {
  it("turns a client away in one turn, and serves the next one", async () => {
    const [node, args] = command("out_of_descriptors", multiplexer);

    expect(await run("prlimit", "--nofile=200", node, ...args)).toMatchObject({
      ...{ code: 0, stderr: "" },
      stdout: `no descriptor is free
${multiplexer}: turned away 1 client in 1 turns
the client reads 0: the end
the next one is served
`,
    });
  });
});

describe("examples/sctp_echo.ts", () => {
  it("listens, or says that the kernel has no SCTP", async () => {
    await using server = new Program(...command("sctp_echo", "0"));

    const line = await server.nextLine();

    expect(line).toMatch(hasSctp() ? /^listening on / : /^this kernel has no SCTP/);
  });
});

function hasSctp(): boolean {
  try {
    sys.close(sys.socket(sys.AF_INET, sys.SOCK_STREAM, sys.IPPROTO_SCTP));
    return true;
  } catch {
    return false;
  }
}
