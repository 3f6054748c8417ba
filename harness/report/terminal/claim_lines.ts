import type { Answer, Checked, Claim } from "../../claims/claim.ts";

/** A claim, and what another run says about it. */
export interface ClaimCheck {
  /** The claim. */
  readonly claim: Claim;
  /** What the other run says. */
  readonly checked: Checked;
}

const WORDS: Readonly<Record<Answer, string>> = {
  holds: "holds",
  differs: "DIFFERS",
  unknown: "?",
};
const WIDTH = 8;

/** One line for each claim: whether it holds, the claim, and the numbers of both runs. */
export function claimLines(checks: readonly ClaimCheck[]): string[] {
  return checks.map(({ claim, checked: { answer, number, reason } }) => {
    const here = number === undefined ? "" : `, here ${number}`;
    const why = reason === undefined ? "" : `; ${reason}`;
    return `  ${WORDS[answer].padEnd(WIDTH)} ${claim.text}: there ${claim.number}${here}${why}`;
  });
}

/** How many claims hold: "20 of 24 findings hold, 1 does not, 3 cannot be told". */
export function claimSummary(checks: readonly ClaimCheck[]): string {
  const count = (answer: Answer): number =>
    checks.filter(({ checked }) => checked.answer === answer).length;
  const [holds, differs, unknown] = [count("holds"), count("differs"), count("unknown")];
  const all = `${String(holds)} of ${String(checks.length)} findings hold`;
  return `${all}, ${String(differs)} ${differs === 1 ? "does" : "do"} not, ${String(unknown)} cannot be told`;
}
