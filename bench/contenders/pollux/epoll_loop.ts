import { POLLUX } from "../../support/families.ts";
import { fromSuite } from "../../support/paths.ts";
import type { Contender } from "../contender.ts";

export const contender = {
  name: "epoll-loop",
  title: "pollux epoll async",
  ...POLLUX,
  server: () => [process.execPath, fromSuite("contenders/pollux/echo_server.js"), "epoll", "loop"],
} as const satisfies Contender;
