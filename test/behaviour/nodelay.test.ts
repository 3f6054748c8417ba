import { describe, expect, it } from "vitest";
import type { Socket } from "../../lib/socket/socket.ts";
import { connect, FAMILIES, until } from "./tcp.ts";

const WRITES = 10; // as many as a new connection sends before the first acknowledgement
const SIZE = 10; // bytes
const RETRY = { retry: 5 };

const segments = (socket: Socket): number => socket.getOption("TCP_INFO").data_segs_out ?? NaN;

/** How many segments with data carry many small writes. */
async function segmentsOf(client: Socket, server: Socket): Promise<number> {
  const before = segments(client);
  for (let n = 0; n < WRITES; n++) expect(client.send(new Uint8Array(SIZE))).toBe(SIZE);
  const bytes = new Uint8Array(WRITES * SIZE);
  let received = 0;
  await until(() => (received += server.recv(bytes) ?? 0) === WRITES * SIZE);
  return segments(client) - before;
}

describe.each(FAMILIES)("many small writes, $name", (of) => {
  it("are a segment each with TCP_NODELAY", async () => {
    const [client, server] = await connect(of);
    client.setOption("TCP_NODELAY", true);

    expect(await segmentsOf(client, server)).toBe(WRITES);
  });

  // An acknowledgement is delayed by no more than 40 ms.
  it("are joined without it while one is unacknowledged (Nagle's algorithm)", RETRY, async () => {
    const [client, server] = await connect(of);
    expect(client.getOption("TCP_NODELAY")).toBe(false);
    // Delayed acknowledgements are what Nagle's algorithm waits for.
    server.setOption("TCP_QUICKACK", false);

    expect(await segmentsOf(client, server)).toBeLessThan(WRITES / 2);
  });

  // The kernel draws the cork by itself after 200 ms: not long for a busy machine.
  it("are one segment under TCP_CORK, which is sent when the cork is drawn", RETRY, async () => {
    const [client, server] = await connect(of);
    const before = segments(client);
    client.setOption("TCP_CORK", true);
    for (let n = 0; n < WRITES; n++) client.send(new Uint8Array(SIZE));
    expect(segments(client) - before).toBe(0);
    expect(client.getOption("TCP_INFO").notsent_bytes).toBe(WRITES * SIZE);

    client.setOption("TCP_CORK", false);

    await until(() => server.recv(new Uint8Array(WRITES * SIZE)) === WRITES * SIZE);
    expect(segments(client) - before).toBe(1);
  });
});
