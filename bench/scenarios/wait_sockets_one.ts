import { waitScenario } from "../support/waits.ts";

const values = [10, 100, 1_000, 5_000];

export const scenario = waitScenario(
  {
    name: "wait_sockets_one",
    question: "What does one wait cost when one of N watched TCP sockets is ready?",
    sweep: { name: "watched sockets", values, quick: [10] },
  },
  "socket",
  () => 1,
);
