import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { reportHtml } from "pollux/bench";
import { beforeAll, describe, expect, it } from "vitest";
import { CPU, results, scenarioResult } from "../../fixture.ts";

const BROWSER = ["chromium", "chromium-browser", "google-chrome"].find(
  (name) => spawnSync(name, ["--version"], { stdio: "ignore" }).status === 0,
);

const FLAGS = [
  ...["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync"],
  ...["--disable-background-networking", "--disable-component-update"],
  ...["--virtual-time-budget=3000", "--dump-dom"],
  // The console of the page, with what the browser says about the page.
  ...["--enable-logging=stderr", "--v=0"],
];

// Whether a reader must scroll sideways. The window of a browser is never as narrow as a phone's.
const WIDE =
  "document.documentElement.scrollWidth>innerWidth||" +
  // The table of goals must not scroll.
  "[...document.querySelectorAll('.scroll:has(.stacked)')].some((box)=>box.scrollWidth>box.clientWidth)";
const PROBE = `<script>addEventListener("load",()=>setTimeout(()=>{top.document.title+=innerWidth+(${WIDE}?" is too wide;":" fits;")}))</script>`;

/** The page after its script has run, and the lines of its console. */
function rendered(html: string, width: number): { dom: string; console: string[] } {
  const directory = mkdtempSync(join(tmpdir(), "pollux-report-"));
  const file = join(directory, "report.html");
  writeFileSync(file, html);
  const profile = `--user-data-dir=${join(directory, "profile")}`;
  const size = `--window-size=${width},900`;
  const { stdout, stderr } = spawnSync(BROWSER!, [...FLAGS, profile, size, `file://${file}`], {
    encoding: "utf8",
  });
  rmSync(directory, { recursive: true, force: true });
  return { dom: stdout, console: stderr.split("\n").filter((line) => /:CONSOLE\b/.test(line)) };
}

/** Far apart, so that goals are missed within the spread. */
function five(value: number, index: number): number[] {
  return [value, value, value * (index + 1), value * 1e5, value * 1e6];
}

// Needs a browser: without one, this file is skipped.
describe.skipIf(BROWSER === undefined)("the report in a browser", () => {
  const linear = scenarioResult({ a: [[1], [2], [3]] }, [0, 1, 4], { logX: false });
  const logarithmic = scenarioResult({ a: [[1], [20], [300]], b: [[2], [2], [2]] }, [10, 100, 1e3]);
  const html = reportHtml(results(linear, logarithmic));
  const alone = scenarioResult({ a: [[1e9, 2e9]] }, [10]);
  const named = scenarioResult({ a: [[1], [900_000]], c: [[1], [3]] }, [
    "a-call-with-a-rather-long-name",
    "b",
  ] as never);
  const names = Array.from({ length: 9 }, (_, index) => `contender (${index} threads)`);
  const crowded = scenarioResult(
    Object.fromEntries(names.map((name, index) => [name, [[1], five(20_000, index), [300_000]]])),
    [10, 100, 1e3],
    {
      metrics: [{ ...CPU, title: "processor time of all threads for a message of 16 KiB" }],
      goals: names.map((contender) => {
        return { contender, versus: names[0]!, value: 100, metric: "cpu", atMost: 0.7 };
      }),
    },
  );

  it.each([1200, 500])("shows all charts without an error, %d pixels wide", (width) => {
    const { dom, console } = rendered(html, width);

    expect(console).toEqual([]);
    expect(dom).toContain('data-ready="2"');
    expect(dom).not.toContain("data-error");
    expect(dom.match(/class="plot"/g)).toHaveLength(2);
  });

  describe("the console of a page", () => {
    const STATEMENTS = ["console.warn('oh 1')", "console.error('oh 2')", "throw new Error('oh 3')"];
    let noticed: readonly string[];

    beforeAll(() => {
      const scripts = STATEMENTS.map((statement) => `<script>${statement}</script>`);
      noticed = rendered(scripts.join(""), 500).console;
    });

    it.each(STATEMENTS)("notices %s", (statement) => {
      const said = /oh \d/.exec(statement)![0];

      expect(noticed).toHaveLength(STATEMENTS.length);
      expect(noticed).toContainEqual(expect.stringContaining(said));
    });
  });

  describe("with long names, goals and all kinds of charts", () => {
    const WIDTHS = [1280, 1200, 390];
    let dom: string;

    beforeAll(() => {
      const page = reportHtml(results(linear, logarithmic, alone, named, crowded)) + PROBE;
      const frames = WIDTHS.map(
        (width) =>
          `<iframe srcdoc="${escaped(page)}" style="width:${width}px;height:900px"></iframe>`,
      );
      dom = rendered(`<!doctype html><title></title>${frames.join("")}`, 1400).dom;
    });

    it.each(WIDTHS)("fits, %d pixels wide", (width) => {
      expect(/<title>(.*?)<\/title>/.exec(dom)?.[1]).toContain(`${width} fits;`);
    });
  });
});

function escaped(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/"/g, "&quot;");
}
