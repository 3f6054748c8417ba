import { SelectMultiplexer } from "pollux";
import { POLLUX } from "../../support/families.ts";
import { fromSuite } from "../../support/paths.ts";
import type { Contender } from "../contender.ts";

export const contender = {
  name: "select",
  title: "pollux select",
  ...POLLUX,
  server: () => [process.execPath, fromSuite("contenders/pollux/echo_server.js"), "select"],
  multiplexer: (capacity) => new SelectMultiplexer({ capacity }),
} as const satisfies Contender;
