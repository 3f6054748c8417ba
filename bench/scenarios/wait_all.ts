import { waitScenario } from "../support/waits.ts";

const values = [1, 3, 10, 20, 30, 50, 100, 300, 1_000, 10_000];

export const scenario = waitScenario(
  {
    name: "wait_all",
    question: "What does one wait cost when all of N watched pipes are ready?",
    sweep: { name: "watched pipes, all ready", values, quick: [10] },
  },
  "pipe",
  (count) => count,
);
