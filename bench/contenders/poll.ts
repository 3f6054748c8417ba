import { PollMultiplexer } from "pollux";
import type { Contender } from "./contender.ts";
import { fromSuite } from "../support/paths.ts";

export const contender = {
  name: "poll",
  title: "pollux poll",
  server: () => [process.execPath, fromSuite("servers/pollux.js"), "poll"],
  multiplexer: () => new PollMultiplexer(),
} as const satisfies Contender;
