import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { EchoTotals } from "../../lib/servers/echo_server.ts";
import { BARE, PYTHON } from "../support/tools.ts";
import { Program } from "../support/program.ts";
import { SERVERS, POLLUX } from "../support/serving.ts";

/** `npm run test:stopping`: a thousand, and the figures. */
const CLIENTS = Number(process.env["STOPPING_CLIENTS"] ?? 100);
const SEED = Number(process.env["STOPPING_SEED"] ?? 10);

const PROGRAM = fileURLToPath(new URL("programs/stopping.mjs", import.meta.url));
const PARTING = fileURLToPath(new URL("../support/clients/parting.py", import.meta.url));

const WAYS = [
  ["pollux serve", "SIGTERM"],
  ["run", "SIGTERM"],
  ["run", "stop"],
  ["runSync", "stop"],
] as const;

function commandFor(args: readonly string[], wait: string, how: string): string[] {
  const [, multiplexer = ""] = args;
  const room = multiplexer === "select" ? ["--capacity", "4096"] : [];
  if (wait === "pollux serve") return [POLLUX, "serve", "--json", "--port", "0", ...args, ...room];
  return [PROGRAM, multiplexer, String(args.includes("--edge")), wait, how];
}

describe.each(SERVERS)("a server on %s", (name, args) => {
  it.each(WAYS)(
    `answers ${String(CLIENTS)} clients at any point of their exchange (%s, %s)`,
    async (wait, how) => {
      await using server = new Program(process.execPath, commandFor(args, wait, how));
      const { port } = JSON.parse(await server.nextLine()) as { port: number };
      await using clients = new Program(PYTHON, [...BARE, PARTING, String(port), String(SEED)]);
      const ask = async (...command: unknown[]): Promise<unknown> => {
        clients.say(JSON.stringify(command));
        return JSON.parse(await clients.nextLine());
      };

      await ask("connect", Math.ceil(CLIENTS / 2), true);
      // From here on, connections wait in the queue, and bytes in the kernel.
      server.kill("SIGSTOP");
      await ask("connect", Math.floor(CLIENTS / 2), false);
      expect(await ask("part")).toBe("ready");
      if (how === "SIGTERM") server.kill("SIGTERM");
      else server.say("");
      const beganMs = performance.now();
      server.kill("SIGCONT");
      const parted = JSON.parse(await clients.nextLine()) as Record<string, number>;
      const { code, stdout, stderr } = await server.ended;

      const totals = JSON.parse(stdout.trimEnd().split("\n").at(-1)!) as EchoTotals;
      const { connections, rejected, broken, open, bytesIn, bytesOut } = totals;
      if (process.env["STOPPING_CLIENTS"]) {
        const ms = Math.round(performance.now() - beganMs);
        console.log(name, wait, how, JSON.stringify({ ...parted, connections, broken, ms }));
      }
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(parted).toMatchObject({ answered: CLIENTS, lost: 0, reset: 0 });
      expect({ connections, rejected, broken, open }).toEqual({
        ...{ connections: CLIENTS, rejected: 0, broken: 0, open: 0 },
      });
      expect(bytesIn).toBeGreaterThanOrEqual(parted["owed"]!);
      expect(bytesOut).toBeGreaterThanOrEqual(parted["owed"]!);
    },
  );
});
