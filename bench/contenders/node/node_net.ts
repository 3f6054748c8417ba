import { IN_NODE } from "../../support/families.ts";
import { fromSuite } from "../../support/paths.ts";
import type { Contender } from "../contender.ts";

export const contender = {
  name: "node-net",
  title: "node:net",
  ...IN_NODE,
  server: () => [process.execPath, fromSuite("contenders/node/net_server.js")],
  httpServer: [process.execPath, fromSuite("servers/http.js"), "node"],
} as const satisfies Contender;
