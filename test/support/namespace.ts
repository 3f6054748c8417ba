import { fileURLToPath } from "node:url";
import { run } from "./program.ts";

const DIST = fileURLToPath(new URL("../../dist/lib/index.js", import.meta.url));

/**
 * Runs `code`, an ES module that has what `dist/` exports as `pollux` and `sh(command)`, in a network
 * namespace of its own, and returns what it passes to `print`.
 */
export async function inNamespace(code: string): Promise<unknown> {
  const preamble = `
    import { execFileSync } from "node:child_process";
    import * as pollux from ${JSON.stringify(DIST)};
    const { sys } = pollux;
    const sh = (command) => execFileSync("sh", ["-ec", command], { encoding: "utf8" });
    const json = (command) => JSON.parse(sh("ip -j -d " + command));
    const print = (value) => process.stdout.write(JSON.stringify(value));
  `;
  const module = ["--input-type=module", "-e", preamble + code];
  const {
    code: status,
    stdout,
    stderr,
  } = await run("unshare", "--net", process.execPath, ...module);
  if (status !== 0) throw new Error(`ended with ${String(status)}: ${stderr}`);
  return JSON.parse(stdout);
}
