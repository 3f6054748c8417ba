import type { Contender } from "./contender.ts";
import { whyNoNpmEpoll } from "../support/npm_epoll.ts";
import { fromSuite } from "../support/paths.ts";

export const contender = {
  name: "npm-epoll",
  title: "npm epoll",
  missing: whyNoNpmEpoll,
  server: () => [process.execPath, fromSuite("servers/npm_epoll.js")],
} as const satisfies Contender;
