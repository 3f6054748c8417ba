import { IN_C } from "../../support/families.ts";
import { program, threaded } from "../../support/programs.ts";
import type { Contender } from "../contender.ts";

export const contender = {
  name: "c-select-mt",
  title: "C select (2 threads)",
  ...IN_C,
  server: () => threaded([program("echo_server"), "select"]),
  waitCost: threaded([program("wait_cost"), "select"]),
} as const satisfies Contender;
