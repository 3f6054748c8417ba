import { PollMultiplexer } from "pollux";
import { POLLUX } from "../../support/families.ts";
import { fromSuite } from "../../support/paths.ts";
import type { Contender } from "../contender.ts";

export const contender = {
  name: "poll",
  title: "pollux poll",
  ...POLLUX,
  server: () => [process.execPath, fromSuite("contenders/pollux/echo_server.js"), "poll"],
  multiplexer: () => new PollMultiplexer(),
} as const satisfies Contender;
