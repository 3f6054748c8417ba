import type { Contender } from "./contender.ts";
import { program, threaded, whyNoPrograms } from "../support/programs.ts";

export const contender = {
  name: "c-poll-mt",
  title: "C poll (2 threads)",
  missing: whyNoPrograms,
  server: () => threaded([program("echo_server"), "poll"]),
  waitCost: threaded([program("wait_cost"), "poll"]),
} as const satisfies Contender;
