import { type CellRunner, LocalCell } from "./cell.ts";
import { CellProcess } from "./cell_process.ts";
import { type AnyScenario, type Sample, type Scenario, type SweepValue, TIME } from "./contract.ts";
import { loadScenario } from "./load_scenario.ts";
import type { Cell, ScenarioResult } from "./results.ts";

/** After each step of a measurement. */
export interface Progress {
  /** What was measured so far. */
  readonly result: ScenarioResult;
  readonly value: SweepValue;
  readonly contender: string;
  /** Steps that are done, of `total`. */
  readonly done: number;
  readonly total: number;
  /** With the last step of a cell. */
  readonly cell?: Cell;
}

export interface MeasureOptions {
  /** Default: all of the scenario. */
  readonly contenders?: readonly string[];
  /** Default: all of the sweep, or its `quick` ones. */
  readonly values?: readonly SweepValue[];
  /** Few values, few and short samples: shows that it runs. Default: `false`. */
  readonly quick?: boolean;
  /** Samples per cell. Default: 7, or 2 when quick. */
  readonly rounds?: number;
  /** How long a sample takes, in milliseconds. Default: 200, or 10 when quick. */
  readonly sampleMs?: number;
  /** Ends the measurement after the current sample; what was measured is returned. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

interface Running {
  readonly contender: string;
  readonly runner: CellRunner;
  readonly samples: Sample[];
  times: number;
  starved: number;
  failed?: string;
}

// A sample that was starved is taken again, so often.
const REPEATS = 3;

export function withDefaults<O extends MeasureOptions>(
  options: O,
): O & { readonly quick: boolean; readonly rounds: number; readonly sampleMs: number } {
  const quick = options.quick ?? false;
  const rounds = options.rounds ?? (quick ? 2 : 7);
  const sampleMs = options.sampleMs ?? (quick ? 10 : 200);
  if (!Number.isInteger(rounds) || rounds < 1) throw new RangeError("rounds must be at least 1");
  if (!(sampleMs > 0)) throw new RangeError("sampleMs must be above 0");
  return { ...options, quick, rounds, sampleMs };
}

/**
 * Measures a scenario: all contenders of one value in turn (A B C A B C), so that what disturbs the
 * machine disturbs all of them, after a warm-up. Starved samples are taken again.
 *
 * @param source - a scenario, measured in this process; or the URL of a module that exports it as
 * `scenario`: each cell then has a process of its own, on a processor of its own where there are two
 */
export async function measure(
  source: AnyScenario | URL,
  options: MeasureOptions = {},
): Promise<ScenarioResult> {
  const isolated = source instanceof URL;
  const scenario = isolated ? await loadScenario(source.href) : source;
  const measurement = new Measurement(scenario, options, (contender, value) =>
    isolated
      ? new CellProcess(source.href, contender, value)
      : new LocalCell(scenario, contender, value),
  );
  return measurement.run();
}

class Measurement {
  readonly #scenario: AnyScenario;
  readonly #options: ReturnType<typeof withDefaults<MeasureOptions>>;
  readonly #open: (contender: string, value: SweepValue) => CellRunner;
  readonly #contenders: readonly string[];
  readonly #values: readonly SweepValue[];
  readonly #cells: Cell[] = [];
  readonly #total: number;
  #done = 0;

  constructor(
    scenario: AnyScenario,
    options: MeasureOptions,
    open: (contender: string, value: SweepValue) => CellRunner,
  ) {
    this.#scenario = scenario;
    this.#options = withDefaults(options);
    this.#open = open;
    const { sweep, contenders } = scenario as Scenario;
    const quick = sweep.quick ?? sweep.values.slice(0, 1);
    this.#contenders =
      options.contenders?.filter((name) => contenders.includes(name)) ?? contenders;
    this.#values = options.values ?? (this.#options.quick ? quick : sweep.values);
    // Preparing a cell takes about as long as a few samples.
    this.#total = this.#contenders.length * this.#values.length * (this.#options.rounds + 2);
  }

  async run(): Promise<ScenarioResult> {
    await this.#scenario.setup?.();
    for (const value of this.#values) {
      if (this.#aborted) break;
      await this.#measureValue(value);
    }
    return this.#result();
  }

  get #aborted(): boolean {
    return this.#options.signal?.aborted ?? false;
  }

  async #measureValue(value: SweepValue): Promise<void> {
    const running = this.#contenders.flatMap((contender) => this.#start(contender, value));
    try {
      await Promise.all(running.map((cell) => attempt(cell, () => cell.runner.prepare())));
      for (const cell of running) {
        if (this.#aborted) break;
        await attempt(cell, async () => {
          cell.times = await cell.runner.calibrate(this.#options.sampleMs);
        });
        this.#advance(cell.contender, value, 2);
      }
      for (let round = 0; round < this.#options.rounds; round++) {
        for (const cell of running) {
          if (this.#aborted) break;
          await attempt(cell, () => takeSample(cell));
          if (round + 1 < this.#options.rounds) this.#advance(cell.contender, value, 1);
        }
      }
    } finally {
      await Promise.all(running.map((cell) => attempt(cell, () => cell.runner.teardown(), true)));
    }
    for (const cell of running) this.#finish(toCell(cell, value), 1);
  }

  #start(contender: string, value: SweepValue): Running[] {
    const skipped: unknown = this.#scenario.skip?.(contender, value);
    if (typeof skipped !== "string") {
      const runner = this.#open(contender, value);
      return [{ contender, runner, samples: [], times: 0, starved: 0 }];
    }
    const cell = { contender, value, skipped, times: 0, starved: 0, samples: [] };
    this.#finish(cell, this.#options.rounds + 2);
    return [];
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

  #finish(cell: Cell, steps: number): void {
    // Cut short before its first sample: it was not measured, and is not listed.
    if (!cell.skipped && !cell.failed && cell.samples.length === 0) return;
    this.#cells.push(cell);
    this.#advance(cell.contender, cell.value, steps, cell);
  }

  #result(): ScenarioResult {
    const {
      name,
      question,
      method,
      sweep,
      titles = {},
      metrics,
      baseline,
      goals,
      pairs,
    } = this.#scenario as Scenario;
    const titleOf = (contender: string): string =>
      (titles as Partial<Record<string, string>>)[contender] ?? contender;
    return {
      name,
      question,
      method: method ?? "",
      sweep: { name: sweep.name, values: this.#values },
      logX: this.#scenario.logX ?? this.#values.every((value) => typeof value === "number"),
      contenders: this.#contenders.map((own) => ({ name: own, title: titleOf(own) })),
      metrics: metrics ?? [TIME],
      baseline: (baseline ?? {}) as Record<string, string>,
      goals: goals ?? [],
      pairs: pairs ?? [],
      cells: this.#cells,
    };
  }
}

/** Whatever a cell does wrong fails this cell, and no other. */
async function attempt(cell: Running, step: () => Promise<void>, always = false): Promise<void> {
  if (cell.failed !== undefined && !always) return;
  try {
    await step();
  } catch (error) {
    cell.failed ??= error instanceof Error ? error.message : String(error);
  }
}

async function takeSample(cell: Running): Promise<void> {
  for (let repeat = 0; ; repeat++) {
    const { sample, starved } = await cell.runner.sample();
    if (starved) cell.starved++;
    if (!starved || repeat === REPEATS) {
      cell.samples.push(sample);
      return;
    }
  }
}

function toCell({ contender, times, starved, samples, failed }: Running, value: SweepValue): Cell {
  return failed === undefined
    ? { contender, value, times, starved, samples }
    : { contender, value, failed, times, starved, samples: [] };
}
