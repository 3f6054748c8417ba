import { type HeadlineAgreement, agreementOf } from "../claims/agreement.ts";
import type { Focus } from "../findings/headlines/headline.ts";
import type { Results } from "../results/results.ts";
import { agreementSummary } from "./terminal/agreement_lines.ts";
import { machineRows } from "./method.ts";
import { bullets, rows } from "./markdown_elements.ts";

/**
 * The headlines of two runs side by side, as a Markdown page.
 *
 * @param focuses - what the headlines are about, by the name of the scenario
 */
export function agreementMarkdown(
  before: Results,
  now: Results,
  focuses: Readonly<Record<string, Focus>> = {},
): string {
  const all = agreementOf(before, now, focuses);
  const [then, later] = startsOf(before, now);
  const machine = machineRows(before).map(([name, told], index) => [
    name,
    told,
    machineRows(now)[index]?.[1] ?? "",
  ]);
  const page = [
    "# Two runs, the same headlines?",
    `${agreementSummary(all)}.`,
    "Headlines are computed from the samples. Here they are computed anew from the cells that both runs measured, " +
      "because a headline such as “Bun costs most” depends on who takes part. “Alike” means that the words differ, but " +
      "that neither run contradicts a finding of the other one.",
    rows(
      ["question", "", `headline of ${then}`, `headline of ${later}`],
      all.map((one) => [
        `${one.question} (${one.metric.title})`,
        one.agreement === "differs" ? "**differs**" : one.agreement,
        one.before.text,
        one.agreement === "same" ? "the same" : one.now.text,
      ]),
    ),
    ...contradictions(all),
    "## The two machines",
    rows(["machine", then, later], machine),
    "The page was made by `node dist/bench/docs.js NOW.json EARLIER.json`. `pollux bench verify EARLIER.json --against NOW.json` " +
      "compares all findings of two runs, not only the headlines.",
  ];
  return `${page.join("\n\n")}\n`;
}

/** The days on which two runs started, with the time if it was the same one. */
function startsOf(before: Results, now: Results): [before: string, now: string] {
  const isOneDay = before.started.slice(0, 10) === now.started.slice(0, 10);
  const startOf = ({ started }: Results): string =>
    isOneDay ? started.slice(0, 16).replace("T", " ") : started.slice(0, 10);
  return [startOf(before), startOf(now)];
}

/** What differs where headlines differ. */
function contradictions(all: readonly HeadlineAgreement[]): string[] {
  const told = all
    .filter(({ agreement }) => agreement === "differs")
    .flatMap(({ contradicted }) => contradicted);
  if (told.length === 0) return [];
  return ["## What differs", bullets(told)];
}
