import { SelectMultiplexer } from "pollux";
import type { Contender } from "./contender.ts";
import { fromSuite } from "../support/paths.ts";

export const contender: Contender = {
  name: "select",
  title: "pollux select",
  server: () => [process.execPath, fromSuite("servers/pollux.js"), "select"],
  multiplexer: (capacity) => new SelectMultiplexer({ capacity }),
};
