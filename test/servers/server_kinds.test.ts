import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { daytime } from "../../lib/servers/daytime.ts";
import { createServer, type ServerKind } from "../../lib/servers/server_kinds.ts";
import { UdpEchoClient } from "../../lib/servers/udp_echo_client.ts";
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

  it("refuses a transform for what does not echo", () => {
    expect(() => createServer("daytime", ANYWHERE, { transform: "upper" })).toThrow(
      expect.objectContaining({ code: "ERR_INVALID_ARG_VALUE" }),
    );
  });
});
