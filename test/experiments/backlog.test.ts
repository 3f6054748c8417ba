import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { run } from "../support/program.ts";
import { POLLUX } from "../support/serving.ts";
import { column, find } from "./found.ts";

/** How often a queue was full, of all listeners of this machine. */
function listenOverflows(): number {
  const [names = "", values = ""] = readFileSync("/proc/net/netstat", "latin1")
    .split("\n")
    .filter((line) => line.startsWith("TcpExt:"));
  return Number(values.split(" ")[names.split(" ").indexOf("ListenOverflows")]);
}

const UNSHARE = ["--net", "--map-root-user"];
const { code } = await run("unshare", ...UNSHARE, "ip", "link", "set", "lo", "up");
const withoutNamespaces = code === 0 ? undefined : "needs unshare and ip, with a network namespace";

describe("pollux experiment backlog", () => {
  it("completes one connection more than the backlog; the kernel counts the others", async () => {
    const before = listenOverflows();
    const { figures, conclusion } = await find("backlog");

    expect(column(figures, "completed")).toEqual([1, 2, 5]);
    expect(column(figures, "queued")).toEqual([1, 2, 5]);
    expect(column(figures, "states")).toEqual(Array(3).fill("SYN_SENT, SYN_SENT"));
    expect(listenOverflows() - before).toBeGreaterThanOrEqual(6);
    expect(conclusion).toContain("completed were 1 with 0, 2 with 1, 5 with 4; connect answered");
    expect(conclusion).toContain("answered EINPROGRESS to all");
    expect(conclusion).toContain(
      "left in SYN_SENT; after one accept, one of them was in ESTABLISHED",
    );
  });

  it("says what net.core.somaxconn leaves of a longer backlog", async ({ skip }) => {
    skip(withoutNamespaces !== undefined, withoutNamespaces);
    const script = `ip link set lo up; echo 2 > /proc/sys/net/core/somaxconn; exec "$@"`;
    const pollux = [process.execPath, POLLUX, "experiment", "backlog"];

    const { stdout } = await run("unshare", ...UNSHARE, "sh", "-ec", script, "sh", ...pollux);

    expect(stdout).toContain("completed were 1 with 0, 2 with 1, 3 with 4; connect answered");
    expect(stdout).toContain("a backlog of 1,000,000 became 2, as net.core.somaxconn is.");
  });
});
