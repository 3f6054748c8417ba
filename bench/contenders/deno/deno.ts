import { fromSuite } from "../../support/paths.ts";
import { toolVersion, whyNoTool } from "../../support/tools.ts";
import type { Contender } from "../contender.ts";

// Deno asks the network whether there is a newer version of it.
const QUIET = ["env", "DENO_NO_UPDATE_CHECK=1"];

export const contender = {
  name: "deno",
  title: "Deno.listen",
  family: "Deno",
  install: "npm install --global deno",
  version: () => toolVersion("Deno", "deno", "--version"),
  missing: () => whyNoTool("deno", "--version"),
  server: () => {
    const program = fromSuite("contenders/deno/listen_server.js");
    return [...QUIET, "deno", "run", "--no-config", "--allow-net=127.0.0.1", program];
  },
} as const satisfies Contender;
