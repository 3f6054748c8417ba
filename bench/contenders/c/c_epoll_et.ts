import { IN_C } from "../../support/families.ts";
import { program } from "../../support/programs.ts";
import type { Contender } from "../contender.ts";

export const contender = {
  name: "c-epoll-et",
  title: "C epoll (edge)",
  ...IN_C,
  server: () => [program("echo_server"), "epoll-et"],
} as const satisfies Contender;
