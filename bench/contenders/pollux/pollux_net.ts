import { POLLUX } from "../../support/families.ts";
import { fromSuite } from "../../support/paths.ts";
import type { Contender } from "../contender.ts";

export const contender = {
  name: "pollux-net",
  title: "pollux/net",
  ...POLLUX,
  server: () => [process.execPath, fromSuite("contenders/pollux/net_server.js")],
  httpServer: [process.execPath, fromSuite("servers/http.js"), "pollux"],
} as const satisfies Contender;
