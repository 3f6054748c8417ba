import type { Contender } from "./contender.ts";
import { fromSuite } from "../support/paths.ts";

export const contender = {
  name: "pollux-net",
  title: "pollux/net",
  server: () => [process.execPath, fromSuite("servers/pollux_net.js")],
  httpServer: [process.execPath, fromSuite("servers/http.js"), "pollux"],
} as const satisfies Contender;
