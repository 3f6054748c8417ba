import {
  type Cell,
  type Plan,
  type Results,
  type SuiteProgress,
  cellLine,
  comparisonLines,
  goalLines,
  headLine,
  isStarved,
} from "../../harness/index.ts";
import { BenchBar, type Output } from "./bench_bar.ts";
import { counted } from "./bench_count.ts";

/** Writes a line for each cell once it is measured, and on a terminal a progress bar below. */
export class BenchDisplay {
  readonly #bar: BenchBar;
  #scenario = "";
  #value: unknown = undefined;
  /** How many cells have failed. */
  failures = 0;

  constructor(output: Output) {
    this.#bar = new BenchBar(output);
  }

  /** Writes how much will be measured. */
  start(plans: readonly Plan[]): void {
    const cells = plans.map(({ contenders, values }) => contenders.length * values.length);
    const scenarios = cells.filter((number) => number > 0).length;
    const all = cells.reduce((sum, number) => sum + number, 0);
    this.#bar.line(
      `${counted(all, "cell")} of ${counted(scenarios, "scenario")}; Ctrl-C keeps what was measured`,
    );
  }

  /** Writes the result of a step. */
  update(progress: SuiteProgress): void {
    const { cell, result, value } = progress;
    if (cell) {
      if (result.name !== this.#scenario) {
        this.#bar.line(`\n${result.question}`);
        this.#bar.line(headLine(result, this.#bar.columns));
        this.#scenario = result.name;
        this.#value = undefined;
      }
      if (value !== this.#value) this.#bar.line(` ${String(value)} ${result.sweep.name}`);
      this.#value = value;
      this.#cell(progress, cell);
    }
    const { share, leftMs, contender } = progress;
    const where = `${result.name} ${String(value)} ${contender}`;
    this.#bar.draw({ share, leftMs, where });
  }

  /** Writes the goals and a summary. */
  finish(results: Results): void {
    const goals = goalLines(results);
    if (goals.length > 0)
      this.#bar.line(`\nGoals: a ratio is a cost per cost, lower is better\n${goals.join("\n")}`);
    const cells = results.scenarios.flatMap((scenario) => scenario.cells);
    const measured = cells.filter(({ samples }) => samples.length > 0).length;
    const skipped = cells.filter((cell) => cell.skipped !== undefined).length;
    const starved = cells.reduce((sum, cell) => sum + cell.starved, 0);
    const kept = cells.filter(isStarved).length;
    const cut = results.complete ? "" : "; interrupted";
    this.#bar.line(
      `\n${counted(measured, "cell")} measured, ${String(skipped)} skipped, ` +
        `${String(this.failures)} failed, ${counted(kept, "cell")} starved; ` +
        `${counted(starved, "starved sample")} taken again; ` +
        `${String(results.seconds)} s${cut}`,
    );
  }

  /** Writes what has changed since an earlier run. */
  comparison(before: Results, now: Results): void {
    this.#bar.line(`\nSince the earlier run of ${before.started}, as now / before`);
    this.#bar.line(comparisonLines(before, now).join("\n"));
  }

  /** Clears the progress bar, before a line on another stream. */
  interrupt(): void {
    this.#bar.clear();
  }

  #cell({ result }: SuiteProgress, cell: Cell): void {
    if (cell.failed !== undefined) this.failures++;
    this.#bar.line(cellLine(result, cell, this.#bar.columns));
  }
}
