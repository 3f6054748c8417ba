import { describe, expect, it } from "vitest";
import type { Claim } from "../../../../harness/index.ts";
import { claimLines, claimSummary } from "../../../../harness/index.ts";

const claim: Claim = {
  id: "waits/cpu/order/epoll/c/1000",
  text: "epoll has a higher cost than C",
  number: "1.04×",
  needs: { contenders: [], values: [] },
  holdsIn: () => ({ answer: "holds" }),
};
const CHECKS = [
  { claim, checked: { answer: "holds", number: "1.05×" } },
  { claim, checked: { answer: "differs", number: "0.90×" } },
  { claim, checked: { answer: "unknown", reason: "C: needs a compiler" } },
] as const;

describe("claimLines", () => {
  it("have the answer, the claim and both numbers, or the reason", () => {
    expect(claimLines(CHECKS)).toEqual([
      "  holds    epoll has a higher cost than C: there 1.04×, here 1.05×",
      "  DIFFERS  epoll has a higher cost than C: there 1.04×, here 0.90×",
      "  ?        epoll has a higher cost than C: there 1.04×; C: needs a compiler",
    ]);
  });
});

describe("claimSummary", () => {
  it("counts each answer", () => {
    expect(claimSummary(CHECKS)).toBe("1 of 3 findings hold, 1 does not, 1 cannot be told");
  });
});
