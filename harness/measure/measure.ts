import { messageOf } from "../cells/error_message.ts";
import { type CellRunner } from "../cells/cell_runner.ts";
import { LocalCell } from "../cells/local_cell.ts";
import { ProcessCell } from "../cells/process_cell.ts";
import { RunningCell } from "../cells/running_cell.ts";
import type { Cell, ScenarioResult } from "../results/results.ts";
import { loadScenario } from "../scenario/load_scenario.ts";
import { type AnyScenario, type Scenario, type SweepValue, TIME } from "../scenario/scenario.ts";
import { limitedSetup } from "./limited_setup.ts";
import { type MeasureOptions, withDefaults } from "./options.ts";
import { type Plan, checkContenders, planOf } from "./plan.ts";

/** The state of a measurement after one of its steps. */
export interface Progress {
  /** What was measured so far. */
  readonly result: ScenarioResult;
  /** The value of the current cell. */
  readonly value: SweepValue;
  /** The contender of the current cell. */
  readonly contender: string;
  /** How many steps are done. */
  readonly done: number;
  /** How many steps there are. */
  readonly total: number;
  /** The current cell, with its last step. */
  readonly cell?: Cell;
}

/**
 * Measures a scenario. At each value of the sweep, all contenders are prepared and warmed up, and then
 * sampled in turn (A B C A B C), so that a disturbance of the machine affects all of them. Starved samples
 * are taken again. A cell that fails harms no other: its error is in {@link Cell.failed}.
 *
 * @param source - a scenario, which is measured in this process; or the URL of a module that exports a
 * `scenario`, whose cells run in a process each, pinned to a processor of its own if there are two
 * @throws RangeError `options` has a contender that the scenario does not have, or no rounds, or no time
 * @throws TypeError the module does not export a scenario
 */
export async function measure(
  source: AnyScenario | URL,
  options: MeasureOptions = {},
): Promise<ScenarioResult> {
  const isModule = source instanceof URL;
  const scenario = isModule ? await loadScenario(source.href) : source;
  checkContenders([scenario], options);
  const measurement = new Measurement(scenario, options, (contender, value) =>
    isModule
      ? new ProcessCell(source.href, contender, value)
      : new LocalCell(scenario, contender, value),
  );
  return measurement.run();
}

class Measurement {
  readonly #scenario: AnyScenario;
  readonly #options: ReturnType<typeof withDefaults<MeasureOptions>>;
  readonly #open: (contender: string, value: SweepValue) => CellRunner;
  readonly #plan: Plan;
  readonly #cells: Cell[] = [];
  readonly #total: number;
  #contenders: ScenarioResult["contenders"] = [];
  #setupError: string | undefined;
  #done = 0;

  constructor(
    scenario: AnyScenario,
    options: MeasureOptions,
    open: (contender: string, value: SweepValue) => CellRunner,
  ) {
    this.#scenario = scenario;
    this.#options = withDefaults(options);
    this.#open = open;
    this.#plan = planOf(scenario, this.#options);
    // Preparing a cell counts as two steps: it takes about as long as two samples.
    this.#total =
      this.#plan.contenders.length * this.#plan.values.length * (this.#options.rounds + 2);
  }

  async run(): Promise<ScenarioResult> {
    try {
      await limitedSetup(this.#scenario, this.#plan.contenders, this.#options);
    } catch (error) {
      this.#setupError = messageOf(error);
    }
    this.#contenders = this.#plan.contenders.map((name) => this.#describe(name));
    for (const value of this.#plan.values) {
      if (this.#aborted) break;
      await this.#measureValue(value);
    }
    return this.#result();
  }

  get #aborted(): boolean {
    return this.#options.signal?.aborted ?? false;
  }

  async #measureValue(value: SweepValue): Promise<void> {
    const running = this.#plan.contenders.flatMap((contender) => this.#start(contender, value));
    try {
      await Promise.all(running.map((cell) => cell.prepare()));
      for (const cell of running) {
        if (this.#aborted) break;
        await cell.calibrate(this.#options.sampleMs);
        this.#advance(cell.contender, value, 2);
      }
      for (let round = 0; round < this.#options.rounds; round++) {
        for (const cell of running) {
          if (this.#aborted) break;
          await cell.takeSample();
          if (round + 1 < this.#options.rounds) this.#advance(cell.contender, value, 1);
        }
      }
    } finally {
      await Promise.all(running.map((cell) => cell.teardown()));
    }
    const cells = running.flatMap((cell) => cell.result() ?? []);
    // All of them before the first is reported: it may have a later one as its baseline.
    this.#cells.push(...cells);
    for (const cell of cells) this.#advance(cell.contender, value, 1, cell);
  }

  #start(contender: string, value: SweepValue): RunningCell[] {
    const reason = this.#whyNot(contender, value);
    if (!reason) {
      return [new RunningCell(contender, value, this.#open(contender, value), this.#options)];
    }
    const cell = { contender, value, ...reason, times: 0, starved: 0, starvedKept: 0, samples: [] };
    this.#cells.push(cell);
    this.#advance(contender, value, this.#options.rounds + 2, cell);
    return [];
  }

  #whyNot(contender: string, value: SweepValue): Pick<Cell, "skipped" | "failed"> | undefined {
    if (this.#setupError !== undefined) return { failed: this.#setupError };
    try {
      const skipped: unknown = this.#scenario.skip?.(contender, value);
      return typeof skipped === "string" ? { skipped } : undefined;
    } catch (error) {
      return { failed: messageOf(error) };
    }
  }

  #describe(name: string): ScenarioResult["contenders"][number] {
    const { titles = {}, families = {} } = this.#scenario as Scenario;
    const family = families[name];
    const version = this.#versionOf(name);
    return {
      ...{ name, title: titles[name] ?? name },
      ...(family !== undefined && { family }),
      ...(version !== undefined && { version }),
    };
  }

  #versionOf(name: string): string | undefined {
    try {
      const version: unknown = this.#scenario.versionOf?.(name);
      return typeof version === "string" ? version : undefined;
    } catch {
      // Only a remark: it must not end a run of hours.
      return undefined;
    }
  }

  #advance(contender: string, value: SweepValue, steps: number, cell?: Cell): void {
    this.#done += steps;
    this.#options.onProgress?.({
      result: this.#result(),
      value,
      contender,
      done: this.#done,
      total: this.#total,
      ...(cell && { cell }),
    });
  }

  #result(): ScenarioResult {
    const { name, question, method, sweep, metrics, baseline, goals, pairs } = this
      .#scenario as Scenario;
    return {
      name,
      question,
      method: method ?? "",
      sweep: { name: sweep.name, values: this.#plan.values },
      logX: this.#scenario.logX ?? this.#plan.values.every((value) => typeof value === "number"),
      contenders: this.#contenders,
      metrics: metrics ?? [TIME],
      baseline: (baseline ?? {}) as Record<string, string>,
      goals: goals ?? [],
      pairs: pairs ?? [],
      cells: this.#cells,
    };
  }
}
