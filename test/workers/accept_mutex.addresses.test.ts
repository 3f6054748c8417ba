import { describe, expect, it } from "vitest";
import { SHARES } from "../../lib/workers/share.ts";
import { LineClient, LOOPBACK, supervise } from "./support.ts";

describe("a supervisor with two addresses", () => {
  // A lock that both shared would be kept by the address where nobody connects.
  it.each(SHARES)("serves both in any order: %s", async (share) => {
    const listen = [LOOPBACK, LOOPBACK];
    const { addresses } = await supervise("two_addresses.mjs", { share, listen });

    for (const index of [1, 1, 0, 1, 0, 0]) {
      const client = new LineClient(addresses[index]?.port);
      expect(await client.ask("hello")).toBe("hello");
      client.socket.destroy();
    }
  });
});
