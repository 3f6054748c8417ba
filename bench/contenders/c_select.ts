import type { Contender } from "./contender.ts";
import { program, whyNoPrograms } from "../support/programs.ts";

export const contender: Contender = {
  name: "c-select",
  title: "C select",
  missing: whyNoPrograms,
  server: () => [program("echo_server"), "select"],
  waitCost: [program("wait_cost"), "select"],
};
