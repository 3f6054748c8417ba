import type { Contender } from "./contender.ts";
import { program, threaded, whyNoPrograms } from "../support/programs.ts";

export const contender = {
  name: "c-epoll-mt",
  title: "C epoll (2 threads)",
  missing: whyNoPrograms,
  server: () => threaded([program("echo_server"), "epoll"]),
  waitCost: threaded([program("wait_cost"), "epoll"]),
} as const satisfies Contender;
