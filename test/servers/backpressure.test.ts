import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { residentBytes } from "../support/process.ts";
import { RemoteClient, stall } from "../support/remote_client.ts";
import { SERVERS, Serving } from "../support/serving.ts";

const MIB = 1024 * 1024;

describe.each(SERVERS)("pollux serve, %s", (_name, args) => {
  let server: Serving;
  let other: RemoteClient;

  beforeEach(async () => {
    server = await Serving.start(args);
    other = await RemoteClient.connect(server.port);
  });

  afterEach(async () => {
    await other[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  it("does not grow by 4 MiB for a client that sends 256 MiB and never reads", async () => {
    await using first = await RemoteClient.connect(server.port);
    await first.ask("fetch", 64 * MIB);
    await other.ask("roundTrips", 5000, 100);
    const before = residentBytes(server.pid);

    await using flood = await RemoteClient.connect(server.port);
    const sent = await stall(flood, 256 * MIB, other);
    let grown = residentBytes(server.pid) - before;
    // What JavaScript's heap has taken meanwhile it gives back; what waits for the client stays.
    for (let look = 0; look < 20 && grown >= 4 * MIB; look++) {
      await other.ask("roundTrips", 5000, 100);
      grown = residentBytes(server.pid) - before;
    }

    expect(sent).toBeLessThan(256 * MIB);
    expect(grown).toBeLessThan(4 * MIB);
    expect(await flood.ask("read", sent)).toEqual({ bytes: sent, matches: true });
  });
});
