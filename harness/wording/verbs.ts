import type { Metric } from "../scenario/scenario.ts";

/** How sentences speak about the cost that a metric compares. */
export interface Verbs {
  /** Of one: "costs the same as". */
  readonly isSame: string;
  /** Of several: "cost the same". */
  readonly areSame: string;
  /** Of one: "costs", before a ratio. */
  readonly takes: string;
  /** Of several: "cost more". */
  readonly growMany: string;
  /** Of one: "costs more". */
  readonly growOne: string;
  /** Of one: "costs least". */
  readonly isBest: string;
  /** Of one: "costs most". */
  readonly isWorst: string;
  /** Of one: "never costs more than". */
  readonly neverExceeds: string;
  /** Of one beside another one: "costs more". */
  readonly isMore: string;
  /** After a ratio: "as much". */
  readonly asMuch: string;
}

const COST: Verbs = {
  isSame: "costs the same as",
  areSame: "cost the same",
  takes: "costs",
  growMany: "cost more",
  growOne: "costs more",
  isBest: "costs least",
  isWorst: "costs most",
  neverExceeds: "never costs more than",
  isMore: "costs more",
  asMuch: "as much",
};

const TIME: Verbs = {
  isSame: "is as fast as",
  areSame: "are equally fast",
  takes: "takes",
  growMany: "slow down",
  growOne: "slows down",
  isBest: "is fastest",
  isWorst: "is slowest",
  neverExceeds: "is never slower than",
  isMore: "is slower",
  asMuch: "as long",
};

const SIZE: Verbs = {
  isSame: "needs the same as",
  areSame: "need the same",
  takes: "needs",
  growMany: "need more",
  growOne: "needs more",
  isBest: "needs least",
  isWorst: "needs most",
  neverExceeds: "never needs more than",
  isMore: "needs more",
  asMuch: "as much",
};

/** The verbs for a metric: processor time costs, other times are fast or slow, bytes are needed. */
export function verbsOf({ unit, better, title }: Metric): Verbs {
  if (unit === "bytes") return SIZE;
  const isTime = unit.endsWith("s") && !/processor|user|system/.test(title);
  return better === "higher" || isTime ? TIME : COST;
}
