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
import { counted } from "./bench_count.ts";

/** A stream for text, perhaps a terminal. */
export interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const BAR = 24;
// For terminals whose width is unknown or 0.
const WIDTH = 80;

/** Writes a line for each cell once it is measured, and on a terminal a progress bar below. */
export class BenchDisplay {
  readonly #output: Output;
  #scenario = "";
  #value: unknown = undefined;
  /** How many cells have failed. */
  failures = 0;

  constructor(output: Output) {
    this.#output = output;
  }

  /** Writes how much will be measured. */
  start(plans: readonly Plan[]): void {
    const cells = plans.map(({ contenders, values }) => contenders.length * values.length);
    const scenarios = cells.filter((number) => number > 0).length;
    const all = cells.reduce((sum, number) => sum + number, 0);
    this.#line(
      `${counted(all, "cell")} of ${counted(scenarios, "scenario")}; Ctrl-C keeps what was measured`,
    );
  }

  /** Writes the result of a step. */
  update(progress: SuiteProgress): void {
    this.#clear();
    const { cell, result, value } = progress;
    if (cell) {
      if (result.name !== this.#scenario) {
        this.#line(`\n${result.question}`);
        this.#line(headLine(result, this.#columns));
        this.#scenario = result.name;
        this.#value = undefined;
      }
      if (value !== this.#value) this.#line(` ${String(value)} ${result.sweep.name}`);
      this.#value = value;
      this.#cell(progress, cell);
    }
    this.#bar(progress);
  }

  /** Writes the goals and a summary. */
  finish(results: Results): void {
    this.#clear();
    const goals = goalLines(results);
    if (goals.length > 0)
      this.#line(`\nGoals: a ratio is a cost per cost, lower is better\n${goals.join("\n")}`);
    const cells = results.scenarios.flatMap((scenario) => scenario.cells);
    const measured = cells.filter(({ samples }) => samples.length > 0).length;
    const skipped = cells.filter((cell) => cell.skipped !== undefined).length;
    const starved = cells.reduce((sum, cell) => sum + cell.starved, 0);
    const kept = cells.filter(isStarved).length;
    const cut = results.complete ? "" : "; interrupted";
    this.#line(
      `\n${counted(measured, "cell")} measured, ${String(skipped)} skipped, ` +
        `${String(this.failures)} failed, ${counted(kept, "cell")} starved; ` +
        `${counted(starved, "starved sample")} taken again; ` +
        `${String(results.seconds)} s${cut}`,
    );
  }

  /** Writes what has changed since an earlier run. */
  comparison(before: Results, now: Results): void {
    this.#line(`\nSince the earlier run of ${before.started}, as now / before`);
    this.#line(comparisonLines(before, now).join("\n"));
  }

  /** Clears the progress bar, before a line on another stream. */
  interrupt(): void {
    this.#clear();
  }

  #cell({ result }: SuiteProgress, cell: Cell): void {
    if (cell.failed !== undefined) this.failures++;
    this.#line(cellLine(result, cell, this.#columns));
  }

  #bar({ share, leftMs, result, value, contender }: SuiteProgress): void {
    if (!this.#output.isTTY) return;
    const full = Math.min(BAR, Math.round(share * BAR));
    const bar = "█".repeat(full) + "░".repeat(BAR - full);
    const where = `${result.name} ${String(value)} ${contender}`;
    const line = `${bar} ${String(Math.round(share * 100))} %, ${duration(leftMs)} left: ${where}`;
    this.#output.write(line.slice(0, this.#columns - 1));
  }

  get #columns(): number {
    const { isTTY, columns = WIDTH } = this.#output;
    if (!isTTY) return Infinity;
    return columns > 0 ? columns : WIDTH;
  }

  #clear(): void {
    if (this.#output.isTTY) this.#output.write("\r\u001b[K");
  }

  #line(text: string): void {
    this.#output.write(`${text}\n`);
  }
}

function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${String(seconds)} s`;
  return `${String(Math.floor(seconds / 60))} min ${String(seconds % 60)} s`;
}
