import { IN_C } from "../../support/families.ts";
import { program } from "../../support/programs.ts";
import type { Contender } from "../contender.ts";

export const contender = {
  name: "c-epoll",
  title: "C epoll",
  ...IN_C,
  server: () => [program("echo_server"), "epoll"],
  waitCost: [program("wait_cost"), "epoll"],
} as const satisfies Contender;
