import type { Contender } from "./contender.ts";
import { fromSuite } from "../support/paths.ts";

export const contender = {
  name: "epoll-loop",
  title: "pollux epoll async",
  server: () => [process.execPath, fromSuite("servers/pollux.js"), "epoll", "loop"],
} as const satisfies Contender;
