import { afterEach, beforeEach, describe, expect, it } from "vitest";
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

  /** The other client is served, and leaves; then the totals count `broken` connections. */
  async function expectUndisturbed(broken: number): Promise<void> {
    const reply = await other.ask("fetch", MIB);
    expect(reply).toEqual({ bytes: reply.bytes, matches: true });
    await using newcomer = await RemoteClient.connect(server.port);
    expect(await newcomer.ask("fetch", MIB)).toEqual({ bytes: MIB, matches: true });
    await newcomer.ask("close");
    await other.ask("close");

    const { totals, code } = await server.stop();
    expect(code).toBe(0);
    expect(totals).toMatchObject({ broken, open: 0, connections: broken + 2 });
  }

  it("is not disturbed by a client that resets its connection in mid-stream", async () => {
    await using resetting = await RemoteClient.connect(server.port);
    await resetting.ask("push", 16 * MIB);
    await resetting.ask("answered");

    await resetting.ask("reset");

    await expectUndisturbed(1);
  });

  it("is not disturbed by a client that is reset while it is idle", async () => {
    await using resetting = await RemoteClient.connect(server.port);
    await resetting.ask("roundTrips", 1, 10);

    await resetting.ask("reset");

    await expectUndisturbed(1);
  });

  it("is not disturbed by a client that is killed in mid-stream", async () => {
    await using killed = await RemoteClient.connect(server.port);
    await killed.ask("push", 16 * MIB);
    await killed.ask("answered");

    await killed.kill();

    await expectUndisturbed(1);
  });

  it("is not disturbed by a client that half-closes and resets instead of reading", async () => {
    await using resetting = await RemoteClient.connect(server.port);
    await stall(resetting, 64 * MIB, other); // what is echoed cannot all be on its way
    await resetting.ask("shutdown");

    await resetting.ask("reset");

    await expectUndisturbed(1);
  });

  it("counts a client that closes in order, having read all, as not broken", async () => {
    await using closing = await RemoteClient.connect(server.port);
    await closing.ask("fetch", MIB);
    await closing.ask("shutdown");

    expect(await closing.ask("readAll")).toMatchObject({ end: "eof" });

    await other.ask("close");
    const { totals } = await server.stop();
    expect(totals).toMatchObject({ broken: 0, connections: 2, bytesIn: MIB, bytesOut: MIB });
  });
});
