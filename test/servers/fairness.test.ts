import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { BARE, PYTHON } from "../support/tools.ts";
import { Program } from "../support/program.ts";
import { RemoteClient } from "../support/remote_client.ts";
import { SERVERS, Serving } from "../support/serving.ts";

const FLOOD = fileURLToPath(new URL("../support/clients/flood.py", import.meta.url));

async function received(flood: Program): Promise<number> {
  flood.say("");
  return (JSON.parse(await flood.nextLine()) as { bytes: number }).bytes;
}

describe.each(SERVERS)("pollux serve, %s", (_name, args) => {
  it.each([1, 4])("serves a quiet client while %i others flood it", async (connections) => {
    await using server = await Serving.start(args);
    await using quiet = await RemoteClient.connect(server.port);
    await using flood = new Program(PYTHON, [
      ...BARE,
      FLOOD,
      String(server.port),
      String(connections),
    ]);
    let before = 0;
    while (before < 1_000_000) before = await received(flood);

    const reply = await quiet.ask("roundTrips", 300, 100);

    expect(reply).toEqual({ bytes: 30_000, matches: true });
    expect(await received(flood)).toBeGreaterThan(before);
  });
});
