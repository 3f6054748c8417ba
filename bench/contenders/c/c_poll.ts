import { IN_C } from "../../support/families.ts";
import { program } from "../../support/programs.ts";
import type { Contender } from "../contender.ts";

export const contender = {
  name: "c-poll",
  title: "C poll",
  ...IN_C,
  server: () => [program("echo_server"), "poll"],
  waitCost: [program("wait_cost"), "poll"],
} as const satisfies Contender;
