import { EpollMultiplexer } from "pollux";
import { POLLUX } from "../../support/families.ts";
import { fromSuite } from "../../support/paths.ts";
import type { Contender } from "../contender.ts";

export const contender = {
  name: "epoll-et",
  title: "pollux epoll (edge)",
  ...POLLUX,
  server: () => [process.execPath, fromSuite("contenders/pollux/echo_server.js"), "epoll", "edge"],
  multiplexer: () => new EpollMultiplexer({ edge: true }),
} as const satisfies Contender;
