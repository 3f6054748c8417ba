import { spawnSync } from "node:child_process";
import type { Contender } from "./contender.ts";
import { fromSuite } from "../support/paths.ts";

let found: boolean | undefined;

export const contender = {
  name: "bun",
  title: "Bun.listen",
  missing() {
    found ??= spawnSync("bun", ["--version"], { stdio: "ignore" }).status === 0;
    return found ? undefined : "bun is not installed";
  },
  server: () => ["bun", fromSuite("servers/bun.js")],
} as const satisfies Contender;
