import { describe, expect, it } from "vitest";
import * as sys from "../../lib/sys/index.ts";

const failure = expect.objectContaining({ code: "EINVAL", syscall: "prctl" }) as Error;

describe("prctl(2)", () => {
  it("throws EINVAL for a signal that does not exist", () => {
    expect(() => {
      sys.prctl(sys.PR_SET_PDEATHSIG, 65);
    }).toThrow(failure);
  });

  it("refuses operations that take an address", () => {
    const PR_SET_NAME = 15;

    expect(() => {
      sys.prctl(PR_SET_NAME, 1);
    }).toThrow(failure);
  });

  it("makes this process the parent of orphans, or no longer", () => {
    sys.prctl(sys.PR_SET_CHILD_SUBREAPER, 1);
    sys.prctl(sys.PR_SET_CHILD_SUBREAPER, 0);
  });
});
