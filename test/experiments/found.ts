import {
  type Findings,
  type Row,
  runExperiment,
  textOf,
} from "../../lib/experiments/experiment.ts";
import { EXPERIMENTS } from "../../lib/experiments/index.ts";
import { run } from "../support/program.ts";
import { BARE, PYTHON } from "../support/tools.ts";

/** What an experiment has found, and its steps as lines. */
export interface Found extends Findings {
  readonly lines: readonly string[];
}

export async function find(name: string): Promise<Found> {
  const load = EXPERIMENTS.get(name);
  if (!load) throw new Error(`no experiment ${name}`);
  const findings = await runExperiment(await load());
  return { ...findings, lines: findings.steps.map(textOf) };
}

/** One figure of each row. */
export function column(figures: readonly Row[], name: string): unknown[] {
  return figures.map((row) => row[name]);
}

/** The answers of these calls in order, by the names of C: "17", "EAGAIN"; each as often as it was made. */
export function answersOf({ steps }: Findings, ...names: string[]): string[] {
  return steps.flatMap((step) => {
    if ("remark" in step || !names.includes(step.call)) return [];
    return Array<string>(step.times).fill(step.error ?? String(step.answer));
  });
}

/** What a program of Python prints, line by line: `tell(function, …)` prints the answer of a call. */
export async function python(program: string): Promise<string[]> {
  const preamble = `
import errno, select, socket
def tell(call, *arguments):
    try:
        answer = call(*arguments)
        print(len(answer) if isinstance(answer, bytes) else 0 if answer is None else answer)
    except OSError as error:
        print(errno.errorcode[error.errno])
`;
  const { code, stdout, stderr } = await run(PYTHON, ...BARE, "-c", preamble + program);
  if (code !== 0) throw new Error(stderr);
  return stdout.split("\n").filter(Boolean);
}
