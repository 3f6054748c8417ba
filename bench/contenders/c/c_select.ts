import { IN_C } from "../../support/families.ts";
import { program } from "../../support/programs.ts";
import type { Contender } from "../contender.ts";

export const contender = {
  name: "c-select",
  title: "C select",
  ...IN_C,
  server: () => [program("echo_server"), "select"],
  waitCost: [program("wait_cost"), "select"],
} as const satisfies Contender;
