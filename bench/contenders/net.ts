import type { Contender } from "./contender.ts";
import { fromSuite } from "../support/paths.ts";

export const contender = {
  name: "net",
  title: "pollux/net",
  server: () => [process.execPath, fromSuite("servers/net.js")],
} as const satisfies Contender;
