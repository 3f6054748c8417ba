import { packageVersion, whyNoPackage } from "../../support/npm_packages.ts";
import { fromSuite } from "../../support/paths.ts";
import type { Contender } from "../contender.ts";

export const contender = {
  name: "npm-epoll",
  title: "npm epoll",
  family: "Node.js",
  install: "npm install epoll",
  version: () => packageVersion("epoll"),
  missing: () => whyNoPackage("epoll"),
  server: () => [process.execPath, fromSuite("contenders/node/npm_epoll_server.js")],
} as const satisfies Contender;
