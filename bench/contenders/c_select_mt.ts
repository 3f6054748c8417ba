import type { Contender } from "./contender.ts";
import { program, threaded, whyNoPrograms } from "../support/programs.ts";

export const contender = {
  name: "c-select-mt",
  title: "C select (2 threads)",
  missing: whyNoPrograms,
  server: () => threaded([program("echo_server"), "select"]),
  waitCost: threaded([program("wait_cost"), "select"]),
} as const satisfies Contender;
