import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { shell } from "../support/program.ts";
import { RemoteClient } from "../support/remote_client.ts";
import { SERVERS, Serving } from "../support/serving.ts";

const MIB = 1024 * 1024;
const HALF_CLOSING = [
  ["socat", (port: number) => `socat -t 60 - TCP:127.0.0.1:${String(port)}`],
  ["ncat", (port: number) => `ncat 127.0.0.1 ${String(port)}`],
] as const;

const TRANSFORMS = [
  ["none", "cat"],
  ["upper", "LC_ALL=C tr a-z A-Z"],
] as const;

let folder: string;
const expected = new Map<string, string>();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "pollux-"));
  writeFileSync(
    join(folder, "values"),
    Uint8Array.from({ length: 256 }, (_, value) => value),
  );
  writeFileSync(join(folder, "byte"), "b");
  await shell(`head -c ${String(16 * MIB)} /dev/urandom > ${folder}/large`);
  for (const file of ["byte", "values", "large"]) {
    for (const [transform, filter] of TRANSFORMS) {
      expected.set(transform + file, await shell(`${filter} < ${folder}/${file} | sha256sum`));
    }
  }
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe.each(SERVERS)("pollux serve, %s", (_name, args) => {
  describe.each(TRANSFORMS)("--transform %s", (transform) => {
    let server: Serving;

    beforeAll(async () => {
      server = await Serving.start([...args, "--transform", transform]);
    });

    afterAll(async () => {
      await server[Symbol.asyncDispose]();
    });

    describe.each(HALF_CLOSING)("%s", (_client, command) => {
      it.each([
        ["one byte", "byte"],
        ["all 256 values", "values"],
        ["16 MiB of random bytes", "large"],
      ])("gets exactly its %s back", async (_what, file) => {
        const answer = await shell(`${command(server.port)} < ${folder}/${file} | sha256sum`);

        expect(answer).toBe(expected.get(transform + file));
      });
    });

    it("gives a python client exactly what it sent, a byte, 64 MiB and another byte", async () => {
      await using client = await RemoteClient.connect(
        server.port,
        undefined,
        transform === "upper",
      );

      await client.ask("fetch", 1);
      await client.ask("fetch", 64 * MIB);
      const reply = await client.ask("fetch", 1);

      expect(reply).toEqual({ bytes: 64 * MIB + 2, matches: true });
    });

    it("loses nothing of what ncat sent before it half-closed", async () => {
      const [upper, lower] = ["PRINTF AND NCAT", "printf and ncat"];

      const answer = await shell(`printf '${lower}' | ncat 127.0.0.1 ${String(server.port)}`);

      expect(answer).toBe(transform === "upper" ? upper : lower);
    });

    it("loses nothing of what was sent and half-closed before anything was read", async () => {
      await using client = await RemoteClient.connect(
        server.port,
        undefined,
        transform === "upper",
      );
      await client.ask("receiveBuffer", 4096);
      const { bytes } = await client.ask("push", 8 * MIB);
      await client.ask("shutdown");

      const reply = await client.ask("readAll");

      expect(reply).toEqual({ bytes, matches: true, end: "eof" });
    });
  });
});
