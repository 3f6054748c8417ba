import { describe, expect, it } from "vitest";
import { agreementPages } from "../../../bench/report/agreement_pages.ts";

describe("the page of an earlier run", () => {
  const OLD = "2026-11-29T14:10:39.156Z";

  it("has the name of its day", () => {
    expect(agreementPages([OLD, "2026-11-30T02:07:36.086Z"])).toEqual([
      { label: "2026-11-29", file: "agreement_2026-11-29.md" },
      { label: "2026-11-30", file: "agreement_2026-11-30.md" },
    ]);
  });

  it("has the time too if another one is of the same day", () => {
    const labels = agreementPages([
      ...[OLD, "2026-11-30T02:07:36.086Z", "2026-11-30T10:32:25.278Z", "2026-11-30T10:32:59.000Z"],
    ]).map(({ label }) => label);

    expect(labels).toEqual([
      ...["2026-11-29", "2026-11-30 02:07", "2026-11-30 10:32:25", "2026-11-30 10:32:59"],
    ]);
    expect(agreementPages(["2026-11-29T01:00:00.000Z", OLD])[1]?.file).toBe(
      "agreement_2026-11-29_14-10.md",
    );
  });

  it("is one if a run is named twice", () => {
    expect(new Set(agreementPages([OLD, OLD]).map(({ file }) => file)).size).toBe(1);
  });
});
