import { EpollMultiplexer } from "pollux";
import type { Contender } from "./contender.ts";
import { fromSuite } from "../support/paths.ts";

export const contender = {
  name: "epoll",
  title: "pollux epoll",
  server: () => [process.execPath, fromSuite("servers/pollux.js"), "epoll"],
  multiplexer: () => new EpollMultiplexer(),
} as const satisfies Contender;
