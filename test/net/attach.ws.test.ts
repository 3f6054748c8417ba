import { randomBytes } from "node:crypto";
import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { connect } from "../../lib/net/index.ts";
import { NAMES, served, sizeOf } from "./serving.ts";

/** 10,000 at full size. */
const MESSAGES = sizeOf("WS_MESSAGES", 2000);

/** A server that echoes, and a client that is connected to it over pollux as well. */
async function pair(
  multiplexer: (typeof NAMES)[number],
  options: { readonly perMessageDeflate?: boolean } = {},
): Promise<{ sockets: WebSocketServer; client: WebSocket }> {
  const server = http.createServer();
  const sockets = new WebSocketServer({ server, ...options });
  sockets.on("connection", (socket) => {
    socket.on("message", (data, binary) => {
      socket.send(data, { binary });
    });
  });
  const port = await served(server, multiplexer);
  const client = new WebSocket(`ws://127.0.0.1:${String(port)}/`, {
    ...options,
    createConnection: () => connect({ port, host: "127.0.0.1", multiplexer }),
  });
  await once(client, "open");
  return { sockets, client };
}

async function close({ sockets, client }: Awaited<ReturnType<typeof pair>>): Promise<void> {
  client.close(1000, "over");
  const [code, reason] = (await once(client, "close")) as [number, Buffer];
  expect([code, String(reason)]).toEqual([1000, "over"]);
  sockets.close();
}

describe.each(NAMES)("ws on %s", (multiplexer) => {
  it.each([false, true])("echoes messages of all sizes in order; deflate: %s", async (deflate) => {
    const both = await pair(multiplexer, { perMessageDeflate: deflate });
    const { client } = both;
    const count = deflate ? MESSAGES / 10 : MESSAGES;
    const payload = randomBytes(70_000);
    const message = (n: number): Buffer =>
      payload.subarray(0, (n * 7919) % (n % 50 ? 300 : 70_000));
    let wrong = 0;
    let received = 0;
    const all = new Promise<void>((resolve) => {
      client.on("message", (data: Buffer, binary) => {
        if (!binary || !data.equals(message(received))) wrong++;
        if (++received === count) resolve();
      });
    });

    for (let n = 0; n < count; n++) client.send(message(n));
    await all;

    expect({ received, wrong }).toEqual({ received: count, wrong: 0 });
    await close(both);
  });

  it("puts fragments together, with a ping between them", async () => {
    const both = await pair(multiplexer);
    const { client, sockets } = both;
    const [socket] = sockets.clients;
    const answer = once(client, "message");
    const pinged = once(socket!, "ping");
    const ponged = once(client, "pong");

    for (let n = 0; n < 100; n++) client.send(`part ${String(n)} `, { fin: n === 99 });
    client.ping("are you there");

    const [data, binary] = (await answer) as [Buffer, boolean];
    expect(binary).toBe(false);
    expect(String(data)).toMatch(/^part 0 part 1 .* part 99 $/);
    expect(String((await pinged)[0])).toBe("are you there");
    expect(String((await ponged)[0])).toBe("are you there");
    await close(both);
  });

  it("sends to every client, and tells of one that vanishes", async () => {
    const { client: vanishing, sockets } = await pair(multiplexer);
    const { port } = sockets.address() as AddressInfo;
    const clients = Array.from(
      { length: 20 },
      () => new WebSocket(`ws://127.0.0.1:${String(port)}`),
    );
    await Promise.all(clients.map((client) => once(client, "open")));
    const [gone] = sockets.clients;
    const left = once(gone!, "close");

    vanishing.terminate();
    expect((await left)[0]).toBe(1006);
    const answers = clients.map(async (client) =>
      String(((await once(client, "message")) as [Buffer])[0]),
    );
    for (const socket of sockets.clients) socket.send("to all");

    expect(await Promise.all(answers)).toEqual(Array<string>(20).fill("to all"));
    for (const client of clients) client.close();
    await Promise.all(clients.map((client) => once(client, "close")));
    sockets.close();
  });
});
