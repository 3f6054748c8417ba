import { IN_C } from "../../support/families.ts";
import { program, threaded } from "../../support/programs.ts";
import type { Contender } from "../contender.ts";

export const contender = {
  name: "c-epoll-mt",
  title: "C epoll (2 threads)",
  ...IN_C,
  server: () => threaded([program("echo_server"), "epoll"]),
  waitCost: threaded([program("wait_cost"), "epoll"]),
} as const satisfies Contender;
