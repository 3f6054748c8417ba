import { IN_C } from "../../support/families.ts";
import { program, threaded } from "../../support/programs.ts";
import type { Contender } from "../contender.ts";

export const contender = {
  name: "c-poll-mt",
  title: "C poll (2 threads)",
  ...IN_C,
  server: () => threaded([program("echo_server"), "poll"]),
  waitCost: threaded([program("wait_cost"), "poll"]),
} as const satisfies Contender;
