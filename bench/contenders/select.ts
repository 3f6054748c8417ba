import { SelectMultiplexer } from "pollux";
import type { Contender } from "./contender.ts";
import { fromSuite } from "../support/paths.ts";

export const contender = {
  name: "select",
  title: "pollux select",
  server: () => [process.execPath, fromSuite("servers/pollux.js"), "select"],
  multiplexer: (capacity) => new SelectMultiplexer({ capacity }),
} as const satisfies Contender;
