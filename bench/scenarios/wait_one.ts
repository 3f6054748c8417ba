import type { Scenario } from "pollux/bench";
import { TITLES } from "../contenders/index.ts";
import { buildPrograms } from "../support/programs.ts";
import {
  METHOD,
  OWN_C,
  WAITERS,
  WAIT_METRICS,
  type Waiter,
  skipWait,
  waitGoals,
  waitTrial,
} from "../support/waits.ts";

const values = [1, 10, 30, 100, 300, 1_000, 5_000, 10_000];

export const scenario: Scenario<Waiter, number> = {
  name: "wait_one",
  question: "What does one wait cost when one of N watched pipes is ready?",
  sweep: { name: "watched pipes", values, quick: [100] },
  contenders: WAITERS,
  titles: TITLES,
  metrics: WAIT_METRICS,
  baseline: OWN_C,
  goals: waitGoals(values),
  method: METHOD,
  setup: buildPrograms,
  skip: skipWait,
  prepare: (contender, count) => waitTrial(contender, "pipe", count, 1),
};
