import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Crowd, RemoteClient } from "../support/remote_client.ts";
import { SERVERS, Serving } from "../support/serving.ts";
import { hardDescriptorLimit } from "../support/process.ts";

describe.each(SERVERS)("pollux serve, %s", (name, args) => {
  let server: Serving;

  beforeAll(async () => {
    const capacity = name === "select" ? ["--capacity", "4096"] : [];
    server = await Serving.start([...args, ...capacity]);
  });

  afterAll(async () => {
    await server[Symbol.asyncDispose]();
  });

  it("serves 1,000 clients at once, each with its own data", async () => {
    await using crowd = new Crowd(server.port);

    expect(await crowd.join(1000)).toEqual({ served: 1000, turnedAway: 0, wrong: 0 });
    expect(await crowd.talk()).toEqual({ served: 1000, turnedAway: 0, wrong: 0 });
  });
});

describe("pollux serve, select, with FD_SETSIZE descriptors", () => {
  it("turns client number too many away and goes on serving the others and newcomers", async () => {
    await using server = await Serving.start(["--multiplexer", "select"]);
    await using crowd = new Crowd(server.port);

    const { served, turnedAway, wrong } = await crowd.join(1100);
    expect({ all: served + turnedAway, wrong }).toEqual({ all: 1100, wrong: 0 });
    expect(served).toBeGreaterThan(950);
    expect(turnedAway).toBeGreaterThanOrEqual(1100 - 1024);
    expect(await crowd.talk()).toEqual({ served, turnedAway: 0, wrong: 0 });

    await crowd.leave(100);
    expect(await crowd.join(50)).toEqual({ served: served - 50, turnedAway: 0, wrong: 0 });

    await crowd.leave(served - 50);
    const { totals } = await server.stop();
    expect(totals).toMatchObject({ connections: served + 50, rejected: turnedAway, broken: 0 });
  });
});

const TOO_FEW = "needs a hard limit of 11,000 descriptors (RLIMIT_NOFILE)";
const many = hardDescriptorLimit() < 11_000 ? TOO_FEW : undefined;

describe.each(SERVERS.slice(1))("pollux serve, %s", (_name, args) => {
  it("holds 5,000 connections at once", async ({ skip }) => {
    if (many !== undefined) skip(many);
    await using server = await Serving.start(args);
    await using crowd = new Crowd(server.port);

    expect(await crowd.join(5000)).toEqual({ served: 5000, turnedAway: 0, wrong: 0 });
    await crowd.leave(5000);

    await using after = await RemoteClient.connect(server.port);
    expect(await after.ask("fetch", 100_000)).toEqual({ bytes: 100_000, matches: true });
    await after.ask("close");
    const { totals } = await server.stop();
    expect(totals).toMatchObject({ connections: 5001, peakOpen: 5000, rejected: 0, broken: 0 });
  });
});
