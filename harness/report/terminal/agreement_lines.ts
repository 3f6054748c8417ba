import type { Agreement, HeadlineAgreement } from "../../claims/agreement.ts";

const WIDTH = 8;

/** The headlines of two runs: one line where they have the same words, else one of each run. */
export function agreementLines(all: readonly HeadlineAgreement[]): string[] {
  if (all.length === 0) return ["  The two runs have no cell in common."];
  const lines = all.flatMap(({ scenario, metric, before, now, agreement }) => {
    const about = `${scenario}, ${metric.title}`;
    const word = agreement === "differs" ? "DIFFERS" : agreement;
    const line = `  ${word.padEnd(WIDTH)} ${about}: `;
    if (agreement === "same") return [line + now.text];
    const indent = " ".repeat(WIDTH + 3);
    return [line.trimEnd(), `${indent}  there  ${before.text}`, `${indent}  here   ${now.text}`];
  });
  return [...lines, `  ${agreementSummary(all)}`];
}

/** How many headlines agree: "20 of 34 headlines are the same, 11 are alike, 3 differ". */
export function agreementSummary(all: readonly HeadlineAgreement[]): string {
  const count = (wanted: Agreement): number =>
    all.filter(({ agreement }) => agreement === wanted).length;
  const [same, alike, differs] = [count("same"), count("alike"), count("differs")];
  return (
    `${String(same)} of ${String(all.length)} headlines are the same, ` +
    `${String(alike)} ${alike === 1 ? "is" : "are"} alike, ` +
    `${String(differs)} ${differs === 1 ? "differs" : "differ"}`
  );
}
