import { fromRoot } from "../../support/paths.ts";
import { toolVersion, whyNoTool } from "../../support/tools.ts";
import type { Contender } from "../contender.ts";

export const contender = {
  name: "python-selectors",
  title: "Python selectors",
  family: "Python",
  install: "apt-get install python3",
  version: () => toolVersion("Python", "python3", "--version"),
  missing: () => whyNoTool("python3", "--version"),
  server: () => ["python3", fromRoot("bench/contenders/python/selectors_server.py")],
} as const satisfies Contender;
