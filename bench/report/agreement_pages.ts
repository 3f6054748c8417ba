/** The name of a page that sets a run beside an earlier one. */
export interface AgreementPage {
  /** The start of the earlier run, as far as it tells it from the others: "2026-11-30", "2026-11-30 02:07". */
  readonly label: string;
  /** The name of the file. */
  readonly file: string;
}

// A start in ISO 8601 up to its day, minute, second and millisecond.
const LENGTHS = [10, 16, 19, 23];

/** The names of the pages of earlier runs, by their starts: the day, and of two runs of one day also the time. */
export function agreementPages(starts: readonly string[]): AgreementPage[] {
  return starts.map((start) => {
    const others = starts.filter((other) => other !== start);
    const isUnique = (length: number): boolean =>
      !others.some((other) => other.startsWith(start.slice(0, length)));
    const label = start.slice(0, LENGTHS.find(isUnique)).replace("T", " ");
    return { label, file: `agreement_${label.replace(" ", "_").replaceAll(":", "-")}.md` };
  });
}
