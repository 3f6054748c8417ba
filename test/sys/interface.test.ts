import { describe, expect, it } from "vitest";
import * as sys from "../../lib/sys/index.ts";
import { python } from "./support.ts";

const failing = (code: string, syscall: string) =>
  expect.objectContaining({ name: "SystemError", code, syscall }) as Error;

describe("if_nametoindex(3) and if_indextoname(3)", () => {
  it("translate every interface as Python does", () => {
    const pairs = JSON.parse(
      python("socket.if_nameindex()")
        .replaceAll("(", "[")
        .replaceAll(")", "]")
        .replaceAll("'", '"'),
    ) as [number, string][];

    expect(pairs.length).toBeGreaterThan(0);
    expect(pairs.map(([, name]) => sys.ifNametoindex(name))).toEqual(pairs.map(([index]) => index));
    expect(pairs.map(([index]) => sys.ifIndextoname(index))).toEqual(pairs.map(([, name]) => name));
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
