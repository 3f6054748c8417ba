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
  waitTrial,
} from "../support/waits.ts";

const values = [1, 3, 10, 20, 30, 50, 100, 300, 1_000];

export const scenario: Scenario<Waiter, number> = {
  name: "wait_all",
  question: "What does one wait cost when all of N watched pipes are ready?",
  sweep: { name: "watched pipes, all ready", values, quick: [10] },
  contenders: WAITERS,
  titles: TITLES,
  metrics: WAIT_METRICS,
  baseline: OWN_C,
  method: METHOD,
  setup: buildPrograms,
  skip: skipWait,
  prepare: (contender, count) => waitTrial(contender, "pipe", count, count),
};
