import type { Contender } from "./contender.ts";
import { program, whyNoPrograms } from "../support/programs.ts";

export const contender = {
  name: "c-epoll",
  title: "C epoll",
  missing: whyNoPrograms,
  server: () => [program("echo_server"), "epoll"],
  waitCost: [program("wait_cost"), "epoll"],
} as const satisfies Contender;
