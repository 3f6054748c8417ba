import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { beforeEach, describe, expect, it } from "vitest";
import { run } from "../support/program.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const UNSHARE = ["--net", "--map-root-user"];
const withoutNamespaces =
  spawnSync("unshare", [...UNSHARE, "ip", "link", "set", "lo", "up"]).status === 0
    ? undefined
    : "needs unshare, ip, and the permission to make a network namespace";

/** Routes that answer as routers elsewhere would; in a network of their own. */
const ROUTES = `
  ip link set lo up
  ip route add unreachable 198.51.100.0/25
  ip route add prohibit 198.51.100.128/25
  ip -6 route add unreachable 2001:db8::/64
  ip -6 route add prohibit 2001:db8:1::/64`;

const PROGRAM = `
  import { Socket, connect, sys } from "./dist/lib/index.js";
  const [address, how] = process.argv.slice(1);
  const family = address.includes(":") ? sys.AF_INET6 : sys.AF_INET;
  const socket = Socket.open(family, sys.SOCK_STREAM, 0, { blocking: how === "blocking" });
  try {
    if (how === "async") await connect(socket, { address, port: 9 });
    else socket.connectSync({ address, port: 9 });
  } catch ({ message, code, syscall }) {
    console.log(code, syscall, message);
  }`;

describe("connecting in a network of its own", () => {
  beforeEach(({ skip }) => {
    skip(withoutNamespaces !== undefined, withoutNamespaces);
  });

  it.each([
    ["EHOSTUNREACH", "198.51.100.1"],
    ["EACCES", "198.51.100.129"],
    ["ENETUNREACH", "203.0.113.1"],
    ["EHOSTUNREACH", "2001:db8::1"],
    ["EACCES", "2001:db8:1::1"],
    ["ENETUNREACH", "2001:db8:2::1"],
  ])("throws %s for %s, however it is done", async (code, address) => {
    const script = `${ROUTES}\ncd "$1" && shift && for how in sync blocking async; do
      "$@" "$how" || exit 1; done`;
    const node = [process.execPath, "--input-type=module", "-e", PROGRAM, "--", address];

    const ended = await run("unshare", ...UNSHARE, "sh", "-ec", script, "sh", root, ...node);

    const line = `${code} connect connect ${code} ${address}:9\n`;
    expect(ended).toMatchObject({ stdout: line.repeat(3), stderr: "", code: 0 });
  });
});
