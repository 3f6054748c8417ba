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

const values = [10, 30, 100, 300, 1_000, 5_000, 10_000];

export const scenario: Scenario<Waiter, number> = {
  name: "wait_sockets",
  question: "What does one wait cost when ten of N watched TCP sockets are ready?",
  sweep: { name: "watched sockets", values, quick: [100] },
  contenders: WAITERS,
  titles: TITLES,
  metrics: WAIT_METRICS,
  baseline: OWN_C,
  goals: waitGoals(values),
  method: METHOD,
  setup: buildPrograms,
  skip: skipWait,
  prepare: (contender, count) => waitTrial(contender, "socket", count, 10),
};
