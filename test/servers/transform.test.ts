import { describe, expect, it } from "vitest";
import { upper } from "../../lib/servers/transform.ts";

const VALUES = Uint8Array.from({ length: 256 }, (_, value) => value);

describe("upper", () => {
  it("makes a … z A … Z and leaves every other byte as it is", () => {
    const bytes = VALUES.slice();

    upper(bytes, 0, bytes.length);

    const changed = [...bytes.keys()].filter((value) => bytes[value] !== value);
    expect(String.fromCharCode(...changed)).toBe("abcdefghijklmnopqrstuvwxyz");
    expect(String.fromCharCode(...changed.map((value) => bytes[value] ?? 0))).toBe(
      "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    );
  });

  it("changes only the part that it is given", () => {
    const bytes = Buffer.from("abcdef");

    upper(bytes, 2, 3);

    expect(bytes.toString()).toBe("abCDEf");
  });
});
