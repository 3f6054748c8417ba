import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { run } from "../support/program.ts";
import { KINDS } from "../support/reactors.ts";
import { faulty, withoutStrace } from "../support/strace.ts";

const PROGRAM = fileURLToPath(new URL("programs/accepting.mjs", import.meta.url));

interface Outcome {
  readonly told: readonly string[];
  readonly accepted: number;
  readonly watched: number;
  readonly turnedAway: number;
  readonly share: number;
}

/** @param until - how many errors are told, or connections accepted, before it ends */
async function accepting(
  kind: (typeof KINDS)[number],
  fault: string,
  until: number,
): Promise<Outcome> {
  const { multiplexer, edge } = kind;
  const [command, ...options] = faulty(`accept4:error=${fault}`);
  const args = [process.execPath, PROGRAM, multiplexer, String(edge), String(until)];
  const { stdout, stderr } = await run(command!, ...options, ...args);
  expect(stderr).toBe("");
  return JSON.parse(stdout) as Outcome;
}

describe.skipIf(withoutStrace !== undefined)("a Listener whose accept(2) fails", () => {
  describe.each(KINDS)("on $multiplexer, edge: $edge", (kind) => {
    it.each(["ECONNABORTED", "EINTR", "EPROTO", "ENETDOWN", "EHOSTUNREACH", "EPERM", "ETIMEDOUT"])(
      "goes on at once after %s, of which it tells nothing",
      async (code) => {
        const outcome = await accepting(kind, `${code}:when=1`, 2);

        expect(outcome).toMatchObject({ told: [], accepted: 2, turnedAway: 0 });
      },
    );

    it.each(["EACCES", "EIO", "ENOBUFS", "ENOMEM", "ENOSR", "EOPNOTSUPP:when=1..16"])(
      "tells of %s, and goes on after a pause",
      async (fault) => {
        const [code = ""] = fault.split(":");
        const outcome = await accepting(kind, fault === code ? `${code}:when=1` : fault, 2);

        expect(outcome).toMatchObject({ told: [`accept4 ${code}`], accepted: 2, turnedAway: 0 });
      },
    );
  });

  const kind = KINDS[0]!;

  it.each(["EACCES", "EIO", "ENOMEM", "EPERM", "ENETDOWN", "ECONNABORTED"])(
    "does not keep the processor busy while %s persists",
    async (code) => {
      const { told, accepted, share } = await accepting(kind, code, 8);

      expect({ told, accepted }).toEqual({ told: Array(8).fill(`accept4 ${code}`), accepted: 0 });
      // 1.27 seconds of pauses. What strace adds to each call is counted as well.
      expect(share).toBeLessThan(0.05);
    },
  );

  it.each(["EBADF", "EINVAL", "ENOTSOCK"])("closes after %s, which it tells once", async (code) => {
    const outcome = await accepting(kind, code, 1);

    expect(outcome).toMatchObject({ told: [`accept4 ${code}`], accepted: 0, watched: 0 });
  });
});
