import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { run } from "../support/program.ts";
import { faulty, withoutStrace } from "../support/strace.ts";

const CALLS = [
  ...["sendto", "recvfrom", "sendmsg", "recvmsg", "sendmmsg", "recvmmsg"],
  ...["writev", "readv", "sendfile", "splice"],
];

const programOf = (name: string): string =>
  fileURLToPath(new URL(`programs/${name}.mjs`, import.meta.url));

/** What a program says in JSON whose system calls fail. */
async function withFaults(name: string, ...faults: string[]): Promise<unknown> {
  const [strace = "", ...args] = faulty(...faults);
  const { stdout, stderr, code } = await run(strace, ...args, process.execPath, programOf(name));
  expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
  return JSON.parse(stdout);
}

describe.skipIf(withoutStrace !== undefined)("calls that move messages", () => {
  it.each(["ENOBUFS", "ENOMEM", "EIO", "EINTR"])(
    "throw the %s that the kernel answers, with their name, and leak nothing",
    async (code) => {
      const faults = CALLS.map((call) => `${call}:error=${code}:when=1`);

      const { outcomes, leaked } = (await withFaults("message_calls", ...faults)) as {
        outcomes: Record<string, unknown[]>;
        leaked: string[];
      };

      expect(Object.keys(outcomes)).toEqual(CALLS);
      for (const call of CALLS) {
        expect(outcomes[call]?.[0]).toEqual({ code, syscall: call, named: true });
        expect(outcomes[call]?.[1]).toBe(1);
      }
      expect(leaked).toEqual([]);
    },
  );

  it("return null for EAGAIN", async () => {
    const faults = CALLS.map((call) => `${call}:error=EAGAIN:when=1`);

    const { outcomes } = (await withFaults("message_calls", ...faults)) as {
      outcomes: Record<string, unknown[]>;
    };

    for (const call of CALLS) expect(outcomes[call]).toEqual([null, 1]);
  });
});

describe.skipIf(withoutStrace !== undefined)("readExactly and writeAll", () => {
  it("go on after EINTR and EAGAIN of every other call", async () => {
    for (const code of ["EINTR", "EAGAIN"]) {
      const faults = ["recvfrom", "sendto"].map((call) => `${call}:error=${code}:when=1+2`);
      const counts = await withFaults("exact_calls", ...faults);

      expect(counts).toEqual([
        [10_000, 10_000],
        [10_000, 10_000],
      ]);
    }
  });
});
