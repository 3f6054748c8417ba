import { waitGoals, waitScenario } from "../support/waits.ts";

const values = [1, 10, 30, 100, 300, 1_000, 5_000, 10_000];

export const scenario = waitScenario(
  {
    name: "wait_one",
    question: "What does one wait cost when one of N watched pipes is ready?",
    sweep: { name: "watched pipes", values, quick: [100] },
    goals: waitGoals(values),
  },
  "pipe",
  () => 1,
);
