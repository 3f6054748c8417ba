import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { Address } from "../../lib/address.ts";
import * as sys from "../../lib/sys/index.ts";

describe("new Address()", () => {
  it.each(["127.0.0.1:80", 5, null, undefined, {}])(
    "says for %o what text and fields go to",
    (given) => {
      expect(() => new Address(given as Uint8Array)).toThrow(
        expect.objectContaining({
          name: "TypeError",
          code: "ERR_INVALID_ARG_TYPE",
          message: expect.stringMatching(/Address\.parse.*Address\.from/) as string,
        }),
      );
    },
  );

  it("can be shown whatever its bytes are", () => {
    for (let family = 0; family < 64; family++) {
      const start = new Uint8Array(Uint16Array.of(family).buffer);
      for (const fill of [0, 1, 127, 128, 255]) {
        const whole = new Uint8Array(sys.SOCKADDR_STORAGE_SIZE).fill(fill);
        whole.set(start);
        for (let length = 0; length <= whole.length; length++) {
          expect(inspect(new Address(whole.subarray(0, length)))).toMatch(/^Address </);
        }
      }
    }
  });
});
