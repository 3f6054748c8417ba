import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { reportHtml } from "pollux/bench";
import { results, scenarioResult } from "./fixture.ts";

const BROWSER = ["chromium", "chromium-browser", "google-chrome"].find(
  (name) => spawnSync(name, ["--version"], { stdio: "ignore" }).status === 0,
);

const FLAGS = [
  ...["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync"],
  ...["--disable-background-networking", "--disable-component-update"],
  ...["--virtual-time-budget=3000", "--dump-dom"],
];

/** The page as it is after its script has run. */
function rendered(html: string, width: number): string {
  const directory = mkdtempSync(join(tmpdir(), "pollux-report-"));
  onTestFinished(() => {
    rmSync(directory, { recursive: true, force: true });
  });
  const file = join(directory, "report.html");
  writeFileSync(file, html);
  const profile = `--user-data-dir=${join(directory, "profile")}`;
  const size = `--window-size=${width},900`;
  return execFileSync(BROWSER!, [...FLAGS, profile, size, `file://${file}`], {
    stdio: ["ignore", "pipe", "ignore"],
    encoding: "utf8",
  });
}

// Needs a browser: without one, this file is skipped.
describe.skipIf(BROWSER === undefined)("the report in a browser", () => {
  const linear = scenarioResult({ a: [[1], [2], [3]] }, [0, 1, 4], { logX: false });
  const logarithmic = scenarioResult({ a: [[1], [20], [300]], b: [[2], [2], [2]] }, [10, 100, 1e3]);
  const html = reportHtml(results(linear, logarithmic));

  it.each([1200, 500])(
    "draws all charts without an error, %d pixels wide",
    (width) => {
      const dom = rendered(html, width);

      expect(dom).toContain('data-drawn="2"');
      expect(dom).not.toContain("data-error");
      expect(dom.match(/<canvas/g)).toHaveLength(2);
    },
    300_000,
  );
});
