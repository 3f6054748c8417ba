import {
  type Findings,
  type Row,
  runExperiment,
  type Step,
  textOf,
} from "../experiments/experiment.ts";
import { EXPERIMENTS } from "../experiments/index.ts";
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
  print(...(asJson ? [json(findings)] : conclusion(findings)));
}

async function list(asJson: boolean): Promise<void> {
  const all = await Promise.all([...EXPERIMENTS.values()].map((load) => load()));
  const known = all.map(({ name, summary }) => ({ name, summary }));
  if (asJson) print(json(known));
  else print(...table(known.map(({ name, summary }) => [name, summary])));
}

function conclusion({ figures, conclusion }: Findings): string[] {
  const rows = figures.length === 0 ? [] : ["", ...table(tableOf(figures))];
  return [...rows, "", conclusion];
}

/** The names of all figures, and a line for each row. */
function tableOf(figures: readonly Row[]): string[][] {
  const names = [...new Set(figures.flatMap((row) => Object.keys(row)))];
  return [names, ...figures.map((row) => names.map((name) => cell(row[name])))];
}

function cell(value: Row[string] | undefined): string {
  if (value === null || value === undefined) return "-";
  return typeof value === "number" && !Number.isInteger(value) ? value.toFixed(1) : String(value);
}
