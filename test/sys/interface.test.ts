import { describe, expect, it } from "vitest";
import * as sys from "../../lib/sys/index.ts";
import { python } from "./support.ts";

const failing = (code: string, syscall: string) =>
  expect.objectContaining({ name: "SystemError", code, syscall }) as Error;

/** All of them, as Python lists them. */
function interfaces(): [index: number, name: string][] {
  return JSON.parse(python("__import__('json').dumps(socket.if_nameindex())")) as [
    number,
    string,
  ][];
}

function orNothing<T>(call: () => T): T | null {
  try {
    return call();
  } catch {
    return null;
  }
}

describe("if_nametoindex(3) and if_indextoname(3)", () => {
  it("translate every interface as Python does", () => {
    const before = interfaces();
    const found = before.map(([index, name]) => [
      orNothing(() => sys.ifNametoindex(name)),
      orNothing(() => sys.ifIndextoname(index)),
    ]);
    const after = new Set(interfaces().map(String));

    // Other tests add some, and remove them.
    const lasting = (_: unknown, at: number): boolean => after.has(String(before[at]));
    expect(found.filter(lasting)).toEqual(before.filter(lasting));
    expect(before.filter(lasting)).toContainEqual([sys.ifNametoindex("lo"), "lo"]);
  });

  it.each(["", "no-such", "lo\0", "l".repeat(200), "1"])("say ENODEV for %j", (name) => {
    expect(() => sys.ifNametoindex(name)).toThrow(failing("ENODEV", "if_nametoindex"));
  });

  it("say ENXIO for an index that no interface has", () => {
    expect(() => sys.ifIndextoname(0)).toThrow(failing("ENXIO", "if_indextoname"));
    expect(() => sys.ifIndextoname(2 ** 32 - 1)).toThrow(failing("ENXIO", "if_indextoname"));
  });

  it.each([-1, 0.5, 2 ** 32])("refuse %d as an index", (index) => {
    expect(() => sys.ifIndextoname(index)).toThrow(
      expect.objectContaining({ name: "RangeError", code: "ERR_OUT_OF_RANGE" }),
    );
  });
});
