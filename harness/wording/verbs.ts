import type { Metric } from "../scenario/scenario.ts";

/** How sentences speak about the cost that a metric compares. */
export interface Verbs {
  /** Of several: "cost the same". */
  readonly areSame: string;
  /** Of one: "costs", before a ratio. */
  readonly takes: string;
  /** Of several: "cost", before a ratio. */
  readonly takeMany: string;
  /** Of several: "cost more". */
  readonly growMany: string;
  /** Of one: "costs more". */
  readonly growOne: string;
  /** Of one: "costs least". */
  readonly isBest: string;
  /** Of one: "costs most". */
  readonly isWorst: string;
  /** Of one beside another one: "costs more". */
  readonly isMore: string;
  /** After a ratio: "as much". */
  readonly asMuch: string;
  /** Between a ratio and what it is to: "costs 2× C", but "takes 2× as long as C". */
  readonly beside: string;
  /** In fewer words, after the other one: "takes 2× C's time". */
  readonly genitive: string;
}

/** Of several whose samples scatter too much to call them the same. */
export const NOT_TOLD = "cannot be told apart";

const COST: Verbs = {
  areSame: "cost the same",
  takes: "costs",
  takeMany: "cost",
  growMany: "cost more",
  growOne: "costs more",
  isBest: "costs least",
  isWorst: "costs most",
  isMore: "costs more",
  asMuch: "as much",
  beside: "",
  genitive: "",
};

const TIME: Verbs = {
  areSame: "are equally fast",
  takes: "takes",
  takeMany: "take",
  growMany: "slow down",
  growOne: "slows down",
  isBest: "is fastest",
  isWorst: "is slowest",
  isMore: "is slower",
  asMuch: "as long",
  beside: "as long as ",
  genitive: "'s time",
};

const CALLS: Verbs = {
  areSame: "make equally many calls",
  takes: "makes",
  takeMany: "make",
  growMany: "make more calls",
  growOne: "makes more calls",
  isBest: "makes fewest calls",
  isWorst: "makes the most calls",
  isMore: "makes more calls",
  asMuch: "as many",
  beside: "as many calls as ",
  genitive: "'s calls",
};

const SIZE: Verbs = {
  areSame: "need the same",
  takes: "needs",
  takeMany: "need",
  growMany: "need more",
  growOne: "needs more",
  isBest: "needs the least",
  isWorst: "needs the most",
  isMore: "needs more",
  asMuch: "as much",
  beside: "",
  genitive: "",
};

const TIMES = ["ns", "µs", "ms", "s"];

/** The verbs for a metric: processor time costs, other times are fast or slow, bytes are needed, calls are made. */
export function verbsOf({ unit, better, title }: Metric): Verbs {
  if (unit === "bytes") return SIZE;
  if (unit === "calls") return CALLS;
  const isTime = TIMES.includes(unit) && !/processor|user|system/.test(title);
  return better === "higher" || isTime ? TIME : COST;
}
