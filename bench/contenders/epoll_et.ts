import { EpollMultiplexer } from "pollux";
import type { Contender } from "./contender.ts";
import { fromSuite } from "../support/paths.ts";

export const contender: Contender = {
  name: "epoll-et",
  title: "pollux epoll ET",
  server: () => [process.execPath, fromSuite("servers/pollux.js"), "epoll", "edge"],
  multiplexer: () => new EpollMultiplexer({ edge: true }),
};
