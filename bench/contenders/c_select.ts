import type { Contender } from "./contender.ts";
import { program, whyNoPrograms } from "../support/programs.ts";

export const contender = {
  name: "c-select",
  title: "C select",
  missing: whyNoPrograms,
  server: () => [program("echo_server"), "select"],
  waitCost: [program("wait_cost"), "select"],
} as const satisfies Contender;
