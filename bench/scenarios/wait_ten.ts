import { epollGoals, waitGoals, waitScenario } from "../support/waits.ts";

const values = [10, 30, 100, 300, 1_000, 5_000, 10_000];

export const scenario = waitScenario(
  {
    name: "wait_ten",
    question: "What does one wait cost when ten of N watched pipes are ready?",
    sweep: { name: "watched pipes", values, quick: [100] },
    goals: [...waitGoals(values), ...epollGoals(values)],
  },
  "pipe",
  () => 10,
);
