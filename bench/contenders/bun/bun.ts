import { fromSuite } from "../../support/paths.ts";
import { toolVersion, whyNoTool } from "../../support/tools.ts";
import type { Contender } from "../contender.ts";

export const contender = {
  name: "bun",
  title: "Bun.listen",
  family: "Bun",
  install: "npm install --global bun",
  version: () => toolVersion("Bun", "bun", "--version"),
  missing: () => whyNoTool("bun", "--version"),
  server: () => ["bun", fromSuite("contenders/bun/listen_server.js")],
} as const satisfies Contender;
