import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { Connection, Protocol } from "../../lib/reactor/connection.ts";
import { Connection as Side } from "../../lib/reactor/connection.ts";
import { LONG } from "../../lib/reactor/message_batches.ts";
import { KINDS, reactorOf, tcpPair } from "../support/reactors.ts";

const MIB = 1024 * 1024;
// `POLLUX_PROXY_MIB=1024` for the whole GiB.
const TOTAL = Number(process.env["POLLUX_PROXY_MIB"] ?? 16) * MIB;
const HIGH_WATER_MARK = 64 * 1024;
// What one call of `onData` may bring on top.
const LARGEST_READ = LONG.size;

describe.each(KINDS)("Two connections as a proxy on $multiplexer, edge: $edge", (kind) => {
  it("pass on all that comes, at the pace of a slow reader, with full buffers at most", () => {
    const errors: unknown[] = [];
    using reactor = reactorOf(kind, errors);
    const [client, inner] = tcpPair();
    const [server, outer] = tcpPair();
    // Or the kernel lets its buffers grow, at times until all of it has room in them.
    outer.setOption("SO_SNDBUF", 256 * 1024);
    server.setOption("SO_RCVBUF", 256 * 1024);
    let largest = 0;
    let pauses = 0;
    const towards = (other: () => Connection): Protocol => ({
      onData(me, buffer, offset, length) {
        if (!other().write(buffer, offset, length)) {
          pauses++;
          me.pause();
        }
        largest = Math.max(largest, other().writableLength);
        return length;
      },
      onDrain() {
        other().resume();
      },
      onEnd() {
        other().end();
      },
    });
    const near: Connection = new Side(
      reactor,
      inner,
      towards(() => far),
    );
    const far: Connection = new Side(
      reactor,
      outer,
      towards(() => near),
    );

    const [sent, received] = [createHash("sha256"), createHash("sha256")];
    const [chunk, buffer] = [Buffer.alloc(256 * 1024), Buffer.alloc(100_000)];
    let [left, got] = [TOTAL, 0];
    while (got < TOTAL) {
      if (left > 0) {
        chunk.writeDoubleLE(left, left % 1000);
        const taken = client.send(chunk, 0, Math.min(chunk.length, left)) ?? 0;
        sent.update(chunk.subarray(0, taken));
        left -= taken;
      }
      // The writer is as fast as it can be; the reader takes a little every third turn.
      for (let turn = 0; turn < 3; turn++) reactor.turnSync(0);
      const more = server.recv(buffer) ?? 0;
      received.update(buffer.subarray(0, more));
      got += more;
    }

    expect(received.digest("hex")).toBe(sent.digest("hex"));
    expect(pauses).toBeGreaterThan(0);
    expect(largest).toBeGreaterThanOrEqual(HIGH_WATER_MARK);
    expect(largest).toBeLessThan(HIGH_WATER_MARK + LARGEST_READ);
    expect([errors, near.closed, far.closed]).toEqual([[], false, false]);
    for (const each of [near, far, client, server]) each.close();
  });
});
