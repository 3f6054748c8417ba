import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { type Ended, run } from "./program.ts";

const DIST = fileURLToPath(new URL("../../dist/lib/index.js", import.meta.url));
const UNSHARE = ["--net", "--mount", "--map-root-user"];

/** Why there are no private /etc/hosts and network to be had here; `undefined` where there are. */
export const withoutHosts: string | undefined =
  spawnSync("unshare", [
    ...UNSHARE,
    "sh",
    "-ec",
    "ip link set lo up; mount --bind /dev/null /etc/hosts",
  ]).status === 0
    ? undefined
    : "needs unshare, ip, mount, and the permission for namespaces of its own";

/**
 * Runs `code`, an ES module that has what `dist/` exports as `pollux`, `python(code)` for the other side, and
 * `print(value)` for lines of JSON, where these lines are all of /etc/hosts, the only name server is 127.0.0.1, and the
 * network is a loopback interface of its own.
 *
 * @param setup - commands of a shell before it
 */
export async function withHosts(hosts: string, code: string, setup = ""): Promise<unknown[]> {
  const folder = mkdtempSync(join(tmpdir(), "pollux-hosts-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  writeFileSync(join(folder, "hosts"), hosts);
  writeFileSync(
    join(folder, "resolv.conf"),
    "nameserver 127.0.0.1\noptions timeout:2 attempts:1\n",
  );
  writeFileSync(
    join(folder, "program.mjs"),
    `import { execFileSync } from "node:child_process";
    import * as pollux from ${JSON.stringify(DIST)};
    const { Socket, sys } = pollux;
    const print = (value) => process.stdout.write(JSON.stringify(value) + "\\n");
    const python = (code) => JSON.parse(execFileSync("python3", ["-c", "import json, socket\\n" + code]));
    ${code}`,
  );
  const script = `
    ip link set lo up
    mount --bind ${folder}/hosts /etc/hosts
    mount --bind ${folder}/resolv.conf /etc/resolv.conf
    ${setup}
    exec "$@"`;
  const command = ["sh", "-ec", script, "sh", process.execPath, join(folder, "program.mjs")];
  const ended: Ended = await run("unshare", ...UNSHARE, ...command);
  if (ended.code !== 0) throw new Error(JSON.stringify(ended));
  return ended.stdout
    .split("\n")
    .filter(Boolean)
    .map((line): unknown => JSON.parse(line));
}
