import { describe, expect, it } from "vitest";
import * as sys from "../../lib/sys/index.ts";
import { ORDER, python } from "./support.ts";

describe("struct sockaddr_alg", () => {
  it("is laid out as Python's struct reads it, and read again", () => {
    const algorithm = { type: "skcipher", name: "cbc(aes)", feat: 1, mask: 2 };
    const bytes = sys.sockaddrAlg(algorithm);

    const read = python(
      `struct.unpack("${ORDER}H14sII64s", bytes.fromhex("${Buffer.from(bytes).toString("hex")}"))`,
    );

    const [family, type, feat, mask, name] = [sys.AF_ALG, "skcipher", 1, 2, "cbc(aes)"];
    const text = (value: unknown, size: number): string =>
      `b'${String(value)}${"\\x00".repeat(size - String(value).length)}'`;
    expect(read).toBe(
      `(${[family, text(type, 14), feat, mask, text(name, 64)].map(String).join(", ")})`,
    );
    expect(sys.readSockaddrAlg(bytes)).toEqual(algorithm);
  });

  it("is nothing of another family, or shorter", () => {
    const bytes = sys.sockaddrAlg({ type: "hash", name: "sha256" });

    expect(sys.readSockaddrAlg(bytes.subarray(1))).toBeNull();
    expect(sys.readSockaddrAlg(sys.sockaddrIn("127.0.0.1", 0))).toBeNull();
  });

  it.each([
    [{ type: "x".repeat(14), name: "sha256" }, "ERR_OUT_OF_RANGE"],
    [{ type: "hash", name: "x".repeat(64) }, "ERR_OUT_OF_RANGE"],
    [{ type: "ha\0sh", name: "sha256" }, "ERR_INVALID_ARG_VALUE"],
    [{ type: "hash", name: 5 }, "ERR_INVALID_ARG_TYPE"],
    [{ type: "hash", name: "sha256", feat: -1 }, "ERR_OUT_OF_RANGE"],
    [null, "ERR_INVALID_ARG_TYPE"],
  ])("is refused for %j", (algorithm, code) => {
    expect(() => sys.sockaddrAlg(algorithm as sys.Algorithm)).toThrow(
      expect.objectContaining({ code }),
    );
  });
});
