import { packageVersion, whyNoPackage } from "../../support/npm_packages.ts";
import { fromSuite } from "../../support/paths.ts";
import type { Contender } from "../contender.ts";

export const contender = {
  name: "koffi",
  title: "koffi epoll",
  family: "Node.js",
  install: "npm install koffi",
  version: () => packageVersion("koffi"),
  missing: () => whyNoPackage("koffi"),
  server: () => [process.execPath, fromSuite("contenders/node/koffi_server.js")],
} as const satisfies Contender;
