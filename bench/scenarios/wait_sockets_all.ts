import { waitScenario } from "../support/waits.ts";

const values = [10, 30, 100, 1_000];

export const scenario = waitScenario(
  {
    name: "wait_sockets_all",
    question: "What does one wait cost when all of N watched TCP sockets are ready?",
    sweep: { name: "watched sockets", values, quick: [10] },
  },
  "socket",
  (count) => count,
);
