import { describe, expect, it } from "vitest";
import {
  DARK,
  HUES,
  LIGHT,
  PLOT_STYLE,
  variables,
} from "../../../../harness/report/charts/colors.ts";

const ENOUGH = 4.5;
const TEXTS = ["text", "soft", "link", "good", "bad"].concat(
  Array.from({ length: HUES }, (_, index) => `h${String(index + 1)}`),
);

/** The relative luminance of a color, as WCAG 2 defines it. */
function luminance(color: string): number {
  const [red, green, blue] = [1, 3, 5].map((start) => {
    const part = parseInt(color.slice(start, start + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

function contrast(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light! + 0.05) / (dark! + 0.05);
}

describe("a theme", () => {
  const cases = [LIGHT, DARK].flatMap((theme) =>
    TEXTS.flatMap((name) => ["back", "panel"].map((back) => [name, back, theme] as const)),
  );

  it.each(cases)("has enough contrast for %s on %s", (name, back, theme) => {
    expect(contrast(theme[name]!, theme[back]!)).toBeGreaterThanOrEqual(ENOUGH);
  });

  it("measures contrast as WCAG does", () => {
    expect(contrast("#000000", "#ffffff")).toBeCloseTo(21, 5);
    expect(contrast("#767676", "#ffffff")).toBeCloseTo(4.54, 2);
  });

  it("has the same names in light and in dark, and all that styles use", () => {
    expect(Object.keys(DARK)).toEqual(Object.keys(LIGHT));
    const used = [...PLOT_STYLE.matchAll(/var\(--([a-z]+\d?)/g)].map(([, name]) => name!);
    const known = [...Object.keys(LIGHT), "c", "l"];
    expect(used.filter((name) => !known.includes(name))).toEqual([]);
    expect(variables(LIGHT)).toContain("--h1:#");
  });
});
