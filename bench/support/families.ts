import { createRequire } from "node:module";
import type { Contender } from "../contenders/contender.ts";
import { compilerVersion, whyNoC } from "./programs.ts";

type Shared = Pick<Contender, "family" | "install" | "version" | "missing">;

const NODE = `Node.js ${process.versions.node}`;

/** What contenders in C have in common. */
export const IN_C = {
  family: "C",
  install: "apt-get install make gcc libc6-dev",
  version: compilerVersion,
  missing: whyNoC,
} as const satisfies Shared;

/** What contenders that are pollux itself have in common. */
export const POLLUX = {
  family: "pollux",
  install: "nothing: it is part of pollux",
  version() {
    const require = createRequire(import.meta.url);
    const { version } = require("pollux/package.json") as { version: string };
    return `pollux ${version}, ${NODE}`;
  },
} as const satisfies Shared;

/** What contenders that are part of Node.js have in common. */
export const IN_NODE = {
  family: "Node.js",
  install: "nothing: it is part of Node.js",
  version: () => NODE,
} as const satisfies Shared;
