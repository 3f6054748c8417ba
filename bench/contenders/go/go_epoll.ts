import { buildGo, goProgram } from "../../support/go.ts";
import { toolVersion, whyNoTool } from "../../support/tools.ts";
import type { Contender } from "../contender.ts";

export const contender = {
  name: "go-epoll",
  title: "Go epoll",
  family: "Go",
  install: "apt-get install golang-go",
  version: () => toolVersion("Go", "go", "version"),
  missing: () => whyNoTool("go", "version"),
  build: () => buildGo("epoll_server"),
  server: () => [goProgram("epoll_server")],
} as const satisfies Contender;
