import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { daytime } from "../../lib/servers/daytime.ts";
import { createServer, type ServerKind } from "../../lib/servers/server_kinds.ts";
import { UdpEchoClient } from "../../lib/servers/udp_echo_client.ts";
import { Socket } from "../../lib/socket/socket.ts";
import * as sys from "../../lib/sys/index.ts";
import { openDescriptors } from "../support/descriptors.ts";
import { turnUntil } from "../support/reactors.ts";
import { Address } from "../../lib/address/address.ts";

const ANYWHERE = Address.parse("127.0.0.1:0");

/** The answer to "hello", or what comes first of an endless one. */
async function answer(kind: ServerKind, address: Address): Promise<string> {
  if (kind === "daytime") return await daytime(address);
  const client = connect(address.port ?? 0, "127.0.0.1");
  if (kind !== "chargen") client.end("hello");
  if (kind !== "chargen") return await text(client);
  for await (const bytes of client) {
    client.destroy();
    return (bytes as Buffer).toString("latin1", 0, 5);
  }
  return "";
}

describe("createServer", () => {
  it.each<[ServerKind, RegExp]>([
    ["echo", /^hello$/],
    ["discard", /^$/],
    ["chargen", /^ !"#\$$/],
    ["daytime", /^\w{3} \w{3} .*\d{4}$/],
    ["tcp-udp-echo", /^hello$/],
  ])("makes a server of the kind %s", async (kind, expected) => {
    const server = createServer(kind, ANYWHERE, { multiplexer: "poll" });
    const running = server.reactor.run();

    expect(await answer(kind, server.address)).toMatch(expected);
    if (kind === "tcp-udp-echo") {
      using client = new UdpEchoClient(server.address);
      expect(Buffer.from(await client.ask(Buffer.from("x"))).toString()).toBe("x");
      expect(server.totals.udp).toMatchObject({ datagrams: 1 });
    } else {
      expect(server.totals).not.toHaveProperty("udp");
    }

    server.stop(0);
    await running;
    expect(server.totals).toMatchObject({ connections: 1 });
    server.close();
  });

  /** What is answered to so many datagrams, each once. */
  async function answers(kind: ServerKind, count: number): Promise<string[]> {
    const server = createServer(kind, ANYWHERE, { multiplexer: "poll" });
    const running = server.reactor.run();
    const found: string[] = [];
    for (let n = 0; n < count; n++) {
      using client = new UdpEchoClient(server.address, { timeoutMs: 20_000 });
      found.push(Buffer.from(await client.ask(Buffer.from("hello"))).toString("latin1"));
    }
    server.stop(0);
    await running;
    const { udp } = server.totals;
    expect(udp).toMatchObject({ datagrams: count, bytes: 5 * count, unanswered: 0 });
    server.close();
    return found;
  }

  it("answers a datagram with the time (daytime)", async () => {
    const before = Date.now();
    const [time = ""] = await answers("tcp-udp-daytime", 1);

    expect(time).toMatch(/^\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4}\r\n$/);
    expect(Date.parse(time)).toBeGreaterThanOrEqual(Math.floor(before / 1000) * 1000);
    expect(Date.parse(time)).toBeLessThanOrEqual(Date.now());
  });

  it("answers a datagram with 0 to 512 characters (chargen)", async () => {
    const texts = await answers("tcp-udp-chargen", 50);

    const lengths = new Set(texts.map(({ length }) => length));
    expect(lengths.size).toBeGreaterThan(10);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(512);
    const longest = texts.reduce((one, other) => (other.length > one.length ? other : one));
    expect(longest).toMatch(/^ !"#\$%&'.{64}\r\n!"#\$%&'\(/);
    for (const text of texts) expect(longest.startsWith(text)).toBe(true);
  });

  it("answers no datagram, and counts it (discard)", () => {
    const before = openDescriptors();
    const server = createServer("tcp-udp-discard", ANYWHERE, { multiplexer: "poll" });
    const udp = Socket.open(sys.AF_INET, sys.SOCK_DGRAM).setOption("IP_RECVERR", true);
    for (let n = 0; n < 3; n++) udp.sendTo(Buffer.from("hello"), server.address);

    turnUntil(server.reactor, () => server.totals.udp?.datagrams === 3);

    expect(server.totals.udp).toMatchObject({ bytes: 15, unanswered: 0, refused: 0 });
    expect(udp.recv(new Uint8Array(9))).toBeNull();
    for (const one of [udp, server]) one.close();
    expect(openDescriptors()).toEqual(before);
  });

  it("refuses a transform for what does not echo", () => {
    expect(() => createServer("daytime", ANYWHERE, { transform: "upper" })).toThrow(
      expect.objectContaining({ code: "ERR_INVALID_ARG_VALUE" }),
    );
  });
});
