import type { Contender } from "./contender.ts";
import { fromSuite } from "../support/paths.ts";

export const contender = {
  name: "node-net",
  title: "node:net",
  server: () => [process.execPath, fromSuite("servers/node_net.js")],
  httpServer: [process.execPath, fromSuite("servers/http.js"), "node"],
} as const satisfies Contender;
