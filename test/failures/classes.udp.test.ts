import { type Socket, createSocket } from "node:dgram";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { MULTIPLEXERS } from "../../lib/multiplexer/create.ts";
import { Injection, WAIT_CALLS, whyNotAttachable } from "../support/injection.ts";
import { Program } from "../support/program.ts";
import { MAX_SHARE, expectPauses, shareWhile } from "./pauses.ts";

const PROGRAM = fileURLToPath(new URL("programs/udp_echo.mjs", import.meta.url));

/** A server in a process of its own, and a client. */
interface Pair {
  readonly multiplexer: string;
  readonly server: Program;
  readonly port: number;
  readonly client: Socket;
}

async function start(multiplexer: string): Promise<Pair> {
  const server = new Program(process.execPath, [PROGRAM, multiplexer]);
  const port = JSON.parse(await server.nextLine()) as number;
  return { multiplexer, server, port, client: createSocket("udp4") };
}

/** What comes back. */
async function heard({ client }: Pair): Promise<string> {
  const [bytes] = (await once(client, "message")) as [Buffer];
  return String(bytes);
}

describe("UdpEchoServer, while an error persists, on all multiplexers", () => {
  let all: readonly Pair[] = [];
  let unable: string | undefined;

  beforeAll(async () => {
    all = await Promise.all(MULTIPLEXERS.map(start));
    unable = await whyNotAttachable(all[0]!.server.pid);
  });

  afterAll(async () => {
    for (const { server, client } of all) {
      client.close();
      await server[Symbol.asyncDispose]();
    }
  });

  beforeEach(({ skip }) => {
    skip(unable !== undefined, unable);
  });

  /** Calls fail while a datagram waits, which is answered afterwards. */
  async function fail(pair: Pair, names: readonly string[], code: string): Promise<void> {
    const { server, port, client } = pair;
    const faults = names.map((name) => `?${name}:error=${code}`);
    await using injection = await Injection.attach(server.pid, ...faults);
    const answer = heard(pair);
    client.send("hello", port, "127.0.0.1");

    const share = await shareWhile(server.pid, injection, [[...names]]);

    expectPauses(await injection.detach(), names, code);
    expect(share).toBeLessThan(MAX_SHARE);
    expect(await answer).toBe("hello");
  }

  it.each(["ENOMEM", "EIO"])("calls recvmmsg(2) after pauses (%s)", async (code) => {
    await Promise.all(all.map((pair) => fail(pair, ["recvmmsg"], code)));
  });

  it.each(["ENOMEM", "EINTR"])("waits again after pauses (%s)", async (code) => {
    await Promise.all(all.map((pair) => fail(pair, WAIT_CALLS, code)));
  });
});
