import { getSystemErrorName } from "node:util";
import { constants } from "node:os";
import { describe, expect, it } from "vitest";
import { SystemError } from "../../lib/errors.ts";
import { errno } from "../../lib/sys/errno.ts";

describe("errno(3)", () => {
  it("has every number that Node has, under the same name", () => {
    expect(errno).toMatchObject(constants.errno);
  });

  it("has numbers that Node lacks", () => {
    expect(() => getSystemErrorName(-errno.ENOTUNIQ)).not.toThrow();
    expect(new SystemError(errno.EDOM, "call").code).toBe("EDOM");
    expect(new SystemError(errno.ESOCKTNOSUPPORT, "call").code).toBe("ESOCKTNOSUPPORT");
  });

  it("names EOPNOTSUPP as the man pages do, where Node says ENOTSUP", () => {
    expect(getSystemErrorName(-errno.EOPNOTSUPP)).toBe("ENOTSUP");
    expect(new SystemError(errno.EOPNOTSUPP, "call").code).toBe("EOPNOTSUPP");
  });
});
