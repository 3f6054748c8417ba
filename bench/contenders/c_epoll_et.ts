import type { Contender } from "./contender.ts";
import { program, whyNoPrograms } from "../support/programs.ts";

export const contender = {
  name: "c-epoll-et",
  title: "C epoll (edge)",
  missing: whyNoPrograms,
  server: () => [program("echo_server"), "epoll-et"],
} as const satisfies Contender;
