import {
  type Findings,
  type Row,
  runExperiment,
  type Step,
  textOf,
} from "../experiments/experiment.ts";
import { EXPERIMENTS } from "../experiments/index.ts";
import { type Bar, bars } from "./bars.ts";
import { json, print, styler, table } from "./output.ts";

/** Runs an experiment, or lists all. */
export async function experiment(name: string | undefined, asJson: boolean): Promise<void> {
  if (name === undefined) {
    await list(asJson);
    return;
  }
  const chosen = await EXPERIMENTS.get(name)?.();
  if (!chosen) throw new Error(`no experiment ${name}`); // commander knows the names
  const style = styler();
  if (!asJson) print(style("bold", `${chosen.name}: ${chosen.summary}`), "");
  const tell = (step: Step): void => {
    print("remark" in step ? style("dim", `# ${textOf(step)}`) : textOf(step));
  };
  const findings = await runExperiment(chosen, asJson ? undefined : tell);
  if (asJson) print(json(findings));
  else print(...conclusion(findings, chosen.bars ?? []));
}

async function list(asJson: boolean): Promise<void> {
  const all = await Promise.all([...EXPERIMENTS.values()].map((load) => load()));
  const known = all.map(({ name, summary }) => ({ name, summary }));
  if (asJson) print(json(known));
  else print(...table(known.map(({ name, summary }) => [name, summary])));
}

function conclusion({ figures, conclusion }: Findings, drawn: readonly string[]): string[] {
  const rows = figures.length === 0 ? [] : ["", ...table(tableOf(figures))];
  const charts = drawn.flatMap((name) => ["", name, ...bars(barsOf(figures, name), cell)]);
  return [...rows, ...charts, "", conclusion];
}

/** Each row under the name that its first figure gives it. */
function barsOf(figures: readonly Row[], name: string): Bar[] {
  return figures.map((row) => ({
    label: cell(Object.values(row)[0]),
    value: Number(row[name] ?? 0),
  }));
}

/** The names of all figures, and a line for each row. */
function tableOf(figures: readonly Row[]): string[][] {
  const names = [...new Set(figures.flatMap((row) => Object.keys(row)))];
  return [names, ...figures.map((row) => names.map((name) => cell(row[name])))];
}

function cell(value: Row[string] | undefined): string {
  if (value === null || value === undefined) return "-";
  if (typeof value !== "number" || Number.isInteger(value)) return String(value);
  return value.toFixed(Math.abs(value) < 10 ? 2 : 1);
}
