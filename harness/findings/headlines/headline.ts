import type { ScenarioResult } from "../../results/results.ts";
import type { Metric, SweepValue } from "../../scenario/scenario.ts";
import { capitalized } from "../../wording/format.ts";
import { wordsIn } from "../../wording/coarse.ts";
import { linesOf } from "../lines.ts";
import { besideHeadline } from "./beside.ts";
import { endsHeadline } from "./ends.ts";
import { growthHeadline } from "./growth.ts";
import { pairHeadline } from "./pair.ts";
import { standingHeadline } from "./standing.ts";

/** The longest headline, in words. */
export const MAX_WORDS = 15;

/** What a chart shows, for a reader who looks at it for a moment. */
export interface Headline {
  /** At most 15 words; no number has more than two significant digits, but those of the sweep. */
  readonly text: string;
  /** One sentence that restricts or completes it. */
  readonly nuance?: string;
}

/** What a headline is about: see {@link View.about}. */
export type About = "growth" | "pairs" | "baseline" | "standing" | "ends";

/** What decides which headline a chart has. */
export interface Focus {
  /** What the headline is about. Default: the first that has something to say. */
  readonly about?: About;
  /** The value of the sweep that it is about. Default: all, or the last one. */
  readonly at?: SweepValue;
  /** What one more of the sweep is called: "idle connection". Default: the singular of its name. */
  readonly each?: string;
}

/** What makes a headline: candidates from the fullest to the shortest, of which the first that fits is taken. */
export interface Draft {
  readonly candidates: readonly string[];
  readonly nuance?: string | undefined;
}

type Maker = (result: ScenarioResult, metric: Metric, focus: Focus) => Draft | undefined;

const MAKERS: Readonly<Record<About, Maker>> = {
  growth: growthHeadline,
  pairs: pairHeadline,
  baseline: besideHeadline,
  standing: standingHeadline,
  ends: endsHeadline,
};

/**
 * The headline of one metric of a scenario. No value of the sweep, and no family that it speaks for, contradicts which
 * contender it names as the cheaper one; in up to a third of them the two may tie, which the nuance tells. "Never beats"
 * is true where one wins at some values and nobody can tell at the others. Its ratios hold for nine in ten pairs, and
 * are round enough for two runs of the same programs to agree on most of them.
 */
export function headlineOf(result: ScenarioResult, metric: Metric, wanted: Focus = {}): Headline {
  const focus = measuredFocus(result, wanted);
  if (linesOf(result, metric).length === 0) return { text: whyNone(result, metric) };
  const { about } = focus;
  // Where the baseline says nothing, those that have one are still to be compared.
  const order: readonly About[] =
    about === "baseline"
      ? ["baseline", "standing", "growth", "pairs"]
      : ["growth", "pairs", "baseline", "standing"];
  const makers = about === undefined ? order : [about, ...order.filter((one) => one !== about)];
  for (const name of makers) {
    const draft = MAKERS[name](result, metric, focus);
    const text = draft?.candidates.find((candidate) => wordsIn(candidate) <= MAX_WORDS);
    if (!draft || text === undefined) continue;
    const { nuance } = draft;
    return {
      text: started(text),
      ...(nuance !== undefined && { nuance: started(nuance) }),
    };
  }
  return { text: "No contender can be compared with another one" };
}

/** The focus, without a value of the sweep that the run does not have. */
export function measuredFocus({ sweep }: ScenarioResult, { at, ...rest }: Focus): Focus {
  return at !== undefined && sweep.values.includes(at) ? { at, ...rest } : rest;
}

// A sentence that starts with the name of a contender keeps it as it is: "poll beats epoll".
function started(text: string): string {
  return /^(at|with|for|neither|in|eight) /.test(text) ? capitalized(text) : text;
}

function whyNone({ cells }: ScenarioResult, { name }: Metric): string {
  const hasSamples = cells.some(({ samples }) => samples.some((sample) => name in sample));
  return hasSamples ? "Too few sound samples to tell a difference from noise" : "Not measured";
}
