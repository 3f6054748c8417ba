import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { EchoThread } from "../../dist/lib/index.js";
import { openDescriptors } from "../support/descriptors.ts";
import { BARE, PYTHON } from "../support/tools.ts";
import { Program } from "../support/program.ts";
import { RemoteClient } from "../support/remote_client.ts";

const ANYWHERE = { address: "127.0.0.1", port: 0 };
const EXIT = fileURLToPath(new URL("programs/exit_while_serving.mjs", import.meta.url));
const CONNECTING = fileURLToPath(new URL("../support/clients/connecting.py", import.meta.url));

describe("process.exit()", () => {
  it("ends eight servers that wait in their threads, and their connections", async () => {
    await using program = new Program(process.execPath, [EXIT]);
    const [port = 0] = (await program.nextLine()).split(" ").map(Number);
    await using client = await RemoteClient.connect(port);
    await client.ask("roundTrips", 1, 1);

    program.say("exit");

    expect(await program.ended).toMatchObject({ code: 7, signal: null, stderr: "" });
    expect(await client.ask("readAll")).toMatchObject({ bytes: 1 });
  });
});

describe("EchoThread", () => {
  it.each(["select", "poll", "epoll"] as const)(
    "leaves no descriptor behind when it is terminated 17 times, on %s, while clients connect",
    async (multiplexer) => {
      await using clients = new Program(PYTHON, [...BARE, CONNECTING]);
      const before = openDescriptors();

      for (let round = 0; round < 17; round++) {
        const thread = await EchoThread.start(ANYWHERE, { multiplexer });
        clients.say(String(thread.address.port));
        while ((await thread.totals()).connections < 20);
        await thread.terminate();
        await clients.nextLine();
      }

      expect(openDescriptors()).toEqual(before);
    },
  );
});
