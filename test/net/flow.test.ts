import { createHash } from "node:crypto";
import net from "node:net";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { describe, expect, it } from "vitest";
import { Program } from "../support/program.ts";
import { listening, NAMES, sizeOf } from "./serving.ts";

const NET = join(import.meta.dirname, "../../dist/lib/net/index.js");
const MIB = 2 ** 20;
/** A GiB takes some seconds: NET_BYTES=1073741824 npx vitest run test/net/flow.test.ts. */
const BYTES = sizeOf("NET_BYTES", 64 * MIB);

/** A proxy that says the most memory it has held, in bytes; V8 frees some garbage a little later. */
function proxyTo(port: number, multiplexer: string, join: string): Program {
  const text = `
    import { pipeline } from "node:stream";
    import * as net from ${JSON.stringify(NET)};
    const SAMPLE = ${String(MIB)};
    const held = () => { gc(); return process.memoryUsage().arrayBuffers; };
    net.setDefaultMultiplexer("${multiplexer}");
    const server = net.createServer((from) => {
      const to = net.connect(${String(port)}, "127.0.0.1");
      const before = held();
      let most = 0;
      let next = 4 * SAMPLE;
      ${join};
      from.on("data", () => {
        if (from.bytesRead < next) return;
        most = Math.max(most, held() - before);
        next = from.bytesRead + 4 * SAMPLE;
      });
      to.on("close", () => { server.close(); console.log(most); });
    });
    server.listen(0, "127.0.0.1", () => console.log(server.address().port));`;
  return new Program(process.execPath, ["--expose-gc", "--input-type=module", "--eval", text]);
}

function* chunks(size: number): Generator<Buffer> {
  const chunk = Buffer.alloc(192 * 1024);
  for (let left = size, number = 0; left > 0; left -= chunk.length, number++) {
    chunk.writeUInt32LE(number);
    yield Buffer.from(chunk.subarray(0, Math.min(left, chunk.length)));
  }
}

describe.each(NAMES)("a proxy on %s whose receiver is slow", (name) => {
  it.each([
    ["pipe", "from.pipe(to)"],
    ["pipeline", "pipeline(from, to, () => undefined)"],
  ])("passes all on, and holds less than 16 MiB: %s", async (_, joined) => {
    const received = createHash("sha256");
    const sink = net.createServer((socket) => {
      socket.on("data", (data) => {
        received.update(data);
        socket.pause();
        setTimeout(() => socket.resume(), 1);
      });
    });
    await using proxy = proxyTo(await listening(sink), name, joined);
    const port = Number(await proxy.nextLine());

    const sent = createHash("sha256");
    const source = Readable.from(chunks(BYTES)).on("data", (data: Buffer) => sent.update(data));
    await pipeline(source, net.connect(port, "127.0.0.1"));
    const most = Number(await proxy.nextLine());

    expect(received.digest("hex")).toBe(sent.digest("hex"));
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThan(16 * MIB);
    expect(await proxy.ended).toMatchObject({ code: 0, stderr: "" });
  });
});
