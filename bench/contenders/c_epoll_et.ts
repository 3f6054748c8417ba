import type { Contender } from "./contender.ts";
import { program, whyNoPrograms } from "../support/programs.ts";

export const contender: Contender = {
  name: "c-epoll-et",
  title: "C epoll ET",
  missing: whyNoPrograms,
  server: () => [program("echo_server"), "epoll-et"],
};
