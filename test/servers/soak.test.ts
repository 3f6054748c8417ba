import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { Program, run } from "../support/program.ts";
import { KINDS } from "../support/reactors.ts";

// A minute: SOAK_SECONDS=60 npx vitest run test/servers/soak.test.ts
const SECONDS = Number(process.env["SOAK_SECONDS"] ?? 5);
const SEED = Number(process.env["SOAK_SEED"] ?? 7);
const MIB = 1024 * 1024;

const SERVERS = fileURLToPath(new URL("programs/soak.mjs", import.meta.url));
const CLIENTS = fileURLToPath(new URL("../support/clients/soak.py", import.meta.url));
const SERVICES = ["echo", "path", "both", "packets", "datagrams", "discard", "chargen", "daytime"];

interface State {
  readonly descriptors: number;
  readonly resident: number;
}

describe.concurrent.each(KINDS)("on $multiplexer, edge: $edge", ({ multiplexer, edge }) => {
  it(
    `every server class loses nothing in ${String(SECONDS)} seconds, and leaves nothing behind`,
    async () => {
      const args = ["--expose-gc", SERVERS, multiplexer, String(edge)];
      await using servers = new Program(process.execPath, args);
      const places = await servers.nextLine();
      const soak = async (seconds: number, seed: number): Promise<Record<string, object>> => {
        const { stdout, stderr } = await run(
          "python3",
          CLIENTS,
          String(seconds),
          String(seed),
          places,
        );
        expect(stderr).toBe("");
        return JSON.parse(stdout) as Record<string, object>;
      };
      const state = async (): Promise<State> => {
        servers.say("state");
        return JSON.parse(await servers.nextLine()) as State;
      };

      const { descriptors } = await state();
      await soak(Math.min(10, SECONDS / 2), SEED); // memory and compiled code of the first calls
      const before = await state();
      const { right, wrong } = await soak(SECONDS, SEED + 1);
      let after = await state();
      // The last clients have left a moment ago: this ends, unless a descriptor stays.
      while (after.descriptors !== descriptors) after = await state();

      expect(wrong).toEqual([]);
      expect(Object.keys(right ?? {}).sort()).toEqual(SERVICES.sort());
      const grown = after.resident - before.resident;
      expect(grown).toBeLessThan(32 * MIB);
      if (process.env["SOAK_SECONDS"]) {
        const memory = [before.resident, grown].map((bytes) => Math.round(bytes / MIB)).join(" + ");
        console.log(multiplexer, edge, JSON.stringify(right), `${memory} MiB`, after.descriptors);
      }
    },
    (SECONDS + 60) * 2000,
  );
});
