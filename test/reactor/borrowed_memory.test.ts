import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { undetachableMemory } from "../../lib/reactor/borrowed_memory.ts";
import { KINDS } from "../support/reactors.ts";
import { run } from "../support/program.ts";

const PROGRAM = fileURLToPath(new URL("programs/transferring.mjs", import.meta.url));
// Node 20 has transfer() behind this option.
const OPTIONS =
  Number(process.versions.node.split(".")[0]) < 21 ? ["--harmony-rab-gsab-transfer"] : [];

describe.each(KINDS)(
  "a handler that takes its buffer away on $multiplexer, edge: $edge",
  (kind) => {
    it.each(["transfer", "structuredClone", "postMessage"])(
      "by %s() loses no message of another connection",
      async (way) => {
        for (const size of [5, 3000]) {
          const args = [kind.multiplexer, String(kind.edge), way, String(size)];
          const { stdout, stderr } = await run(process.execPath, ...OPTIONS, PROGRAM, ...args);

          expect([stdout, stderr]).toEqual(["012345 012345 012345 true\n", ""]);
        }
      },
    );
  },
);

it("undetachableMemory() is as usual where there is no WebAssembly", () => {
  const { WebAssembly } = globalThis as { WebAssembly?: unknown };
  try {
    Reflect.deleteProperty(globalThis, "WebAssembly");
    expect(undetachableMemory(100)).toHaveLength(100);
  } finally {
    Object.defineProperty(globalThis, "WebAssembly", {
      ...{ value: WebAssembly, configurable: true, writable: true },
    });
  }
});
