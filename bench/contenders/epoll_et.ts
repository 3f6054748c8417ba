import { EpollMultiplexer } from "pollux";
import type { Contender } from "./contender.ts";
import { fromSuite } from "../support/paths.ts";

export const contender = {
  name: "epoll-et",
  title: "pollux epoll (edge)",
  server: () => [process.execPath, fromSuite("servers/pollux.js"), "epoll", "edge"],
  multiplexer: () => new EpollMultiplexer({ edge: true }),
} as const satisfies Contender;
