import type { Contender } from "./contender.ts";
import { program, whyNoPrograms } from "../support/programs.ts";

export const contender = {
  name: "c-poll",
  title: "C poll",
  missing: whyNoPrograms,
  server: () => [program("echo_server"), "poll"],
  waitCost: [program("wait_cost"), "poll"],
} as const satisfies Contender;
