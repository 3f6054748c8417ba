import { createRequire } from "node:module";
import type { Contender } from "../contract.ts";
import { fromSuite } from "../support/paths.ts";

export const contender: Contender = {
  name: "npm-epoll",
  title: "npm epoll",
  missing() {
    try {
      createRequire(import.meta.url).resolve("epoll");
      return undefined;
    } catch {
      return "the npm package epoll is not installed";
    }
  },
  server: () => [process.execPath, fromSuite("servers/npm_epoll.js")],
};
