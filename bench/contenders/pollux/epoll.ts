import { EpollMultiplexer } from "pollux";
import { POLLUX } from "../../support/families.ts";
import { fromSuite } from "../../support/paths.ts";
import type { Contender } from "../contender.ts";

export const contender = {
  name: "epoll",
  title: "pollux epoll",
  ...POLLUX,
  server: () => [process.execPath, fromSuite("contenders/pollux/echo_server.js"), "epoll"],
  multiplexer: () => new EpollMultiplexer(),
} as const satisfies Contender;
