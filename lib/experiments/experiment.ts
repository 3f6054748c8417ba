import { isSystemError } from "../errors.ts";

/** A value of C as it is shown: a number, the name of a constant, an expression. */
export type Shown = number | string;

/** A call with its answer, as strace(1) would show it. */
export interface Call {
  /** Which side called, where there are several: "client". */
  readonly by?: string;
  /** The name in C. */
  readonly call: string;
  readonly arguments: readonly Shown[];
  /** -1 if the call failed. */
  readonly answer: Shown;
  /** The name of the error; absent if the call succeeded. */
  readonly error?: string;
  /** How often it was made in a row, with the same answer. */
  readonly times: number;
}

/** What happened between two calls, in one sentence. */
export interface Remark {
  readonly remark: string;
}

/** What happened, in order. */
export type Step = Call | Remark;

/** Numbers that belong together, by name: a row of a table. */
export type Row = Readonly<Record<string, Shown | boolean | null>>;

/** Something to try with the kernel that teaches. One file of this folder exports one. */
export interface Experiment {
  /** As on the command line: "io-models". */
  readonly name: string;
  /** One line: the question that it answers. */
  readonly summary: string;
  /** Figures that are drawn as bars as well, each row under the name that its first figure gives it. */
  readonly bars?: readonly string[];
  /**
   * Makes the calls, and records each in `out`. What it opens, it gives to {@link Recorder.own}, which
   * closes it at the end, also when a call fails.
   *
   * @returns the conclusion: one plain sentence, computed from what happened
   */
  run(out: Recorder): string | Promise<string>;
}

/** What an experiment found. */
export interface Findings {
  readonly name: string;
  readonly summary: string;
  readonly steps: readonly Step[];
  readonly figures: readonly Row[];
  readonly conclusion: string;
}

/**
 * Runs an experiment.
 *
 * @param onStep - gets each step as soon as it is known how often it was repeated
 * @throws what the experiment throws
 */
export async function runExperiment(
  experiment: Experiment,
  onStep: (step: Step) => void = () => undefined,
): Promise<Findings> {
  const { name, summary } = experiment;
  using out = new Recorder(onStep);
  const conclusion = await experiment.run(out);
  return { name, summary, ...out.end(), conclusion };
}

/** Takes down what happens in an experiment. */
export class Recorder implements Disposable {
  readonly #onStep: (step: Step) => void;
  readonly #owned: Disposable[] = [];
  readonly #steps: Step[] = [];
  readonly #figures: Row[] = [];
  #last: Step | null = null;

  constructor(onStep: (step: Step) => void = () => undefined) {
    this.#onStep = onStep;
  }

  /**
   * Makes a call, and records it with its answer: for `null` EAGAIN, for `false` EINPROGRESS, for
   * `undefined` 0, as lib/sys/ has them.
   *
   * @param name - its name in C
   * @param values - its arguments, as they are shown
   * @param make - makes the call; a SystemError that it throws is recorded, and thrown on
   * @param show - how the answer is shown, where it is none of these and no number
   * @param by - which side calls
   */
  call<T>(
    name: string,
    values: readonly Shown[],
    make: () => T,
    show?: (answer: T) => Shown,
    by?: string,
  ): T {
    const made = { ...(by === undefined ? {} : { by }), call: name, arguments: values, times: 1 };
    let answer: T;
    try {
      answer = make();
    } catch (error) {
      if (isSystemError(error)) this.add({ ...made, answer: -1, error: error.code });
      throw error;
    }
    this.add({ ...made, ...(show ? { answer: show(answer) } : shown(answer)) });
    return answer;
  }

  /**
   * As {@link call}, where a failure is an answer as well.
   *
   * @returns the answer as it is shown: "5", "EAGAIN", "ECONNREFUSED"
   */
  attempt(name: string, values: readonly Shown[], make: () => unknown, by?: string): string {
    const made = { ...(by === undefined ? {} : { by }), call: name, arguments: values, times: 1 };
    const found = outcomeOf(make);
    this.add({ ...made, ...found });
    return found.error ?? String(found.answer);
  }

  /** Closes something when the experiment is over. */
  own<T extends Disposable>(resource: T): T {
    this.#owned.push(resource);
    return resource;
  }

  /** Records what happened between two calls. */
  remark(remark: string): void {
    this.add({ remark });
  }

  /** Records a row of the table of figures. */
  figure(row: Row): void {
    this.#figures.push(row);
  }

  /** Records a step. A call that repeats the one before, with the same answer, is counted there. */
  add(step: Step): void {
    const last = this.#last;
    if (last && "call" in last && "call" in step && isSame(last, step)) {
      this.#last = { ...last, times: last.times + step.times };
      return;
    }
    this.#pass();
    this.#last = step;
  }

  /** All that was recorded. */
  end(): { readonly steps: readonly Step[]; readonly figures: readonly Row[] } {
    this.#pass();
    return { steps: this.#steps, figures: this.#figures };
  }

  [Symbol.dispose](): void {
    for (const resource of this.#owned.splice(0).reverse()) resource[Symbol.dispose]();
  }

  #pass(): void {
    const last = this.#last;
    if (last === null) return;
    this.#last = null;
    this.#steps.push(last);
    this.#onStep(last);
  }
}

/** A step in one line: `recv(7, buffer, 64, 0) = -1 EAGAIN`. */
export function textOf(step: Step): string {
  if ("remark" in step) return step.remark;
  const { by, call, answer, error, times } = step;
  const side = by === undefined ? "" : `${by}: `;
  const failed = error === undefined ? "" : ` ${error}`;
  const repeated = times === 1 ? "" : ` (${times.toLocaleString("en")} times)`;
  return `${side}${call}(${step.arguments.join(", ")}) = ${String(answer)}${failed}${repeated}`;
}

function isSame(one: Call, other: Call): boolean {
  return textOf({ ...one, times: 1 }) === textOf({ ...other, times: 1 });
}

function outcomeOf(make: () => unknown): Pick<Call, "answer" | "error"> {
  try {
    return shown(make());
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return { answer: -1, error: error.code };
  }
}

function shown(answer: unknown): Pick<Call, "answer" | "error"> {
  if (answer === null) return { answer: -1, error: "EAGAIN" };
  if (answer === false) return { answer: -1, error: "EINPROGRESS" };
  return { answer: typeof answer === "number" ? answer : 0 };
}
