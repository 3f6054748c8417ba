import { buildGo, goProgram } from "../../support/go.ts";
import { toolVersion, whyNoTool } from "../../support/tools.ts";
import type { Contender } from "../contender.ts";

export const contender = {
  name: "go-net",
  title: "Go net",
  family: "Go",
  install: "apt-get install golang-go",
  version: () => toolVersion("Go", "go", "version"),
  missing: () => whyNoTool("go", "version"),
  build: () => buildGo("net_server"),
  server: () => [goProgram("net_server")],
} as const satisfies Contender;
