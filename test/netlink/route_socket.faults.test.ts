import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { run } from "../support/program.ts";
import { faulty, withoutStrace } from "../support/strace.ts";

const DIST = fileURLToPath(new URL("../../dist/lib/index.js", import.meta.url));
const OPEN = `import { readdirSync } from "node:fs";
  import * as pollux from ${JSON.stringify(DIST)};
  const { sys } = pollux;
  const open = () => readdirSync("/proc/self/fd").length;
  const before = open();`;

/** What a call throws when the kernel refuses one of its system calls, and how many it left open. */
async function refused(fault: string, call: string): Promise<unknown> {
  const code = `${OPEN}
    try { ${call} } catch ({ code, syscall }) {
      console.log(JSON.stringify({ code, syscall, left: open() - before }));
    }`;
  const [command = "", ...args] = faulty(fault);
  const node = [process.execPath, "--input-type=module", "-e", code];
  return JSON.parse((await run(command, ...args, ...node)).stdout);
}

describe.skipIf(withoutStrace)("When the kernel refuses", () => {
  it.each([
    ["bind", "bind:error=EACCES", "EACCES"],
    ["connect", "connect:error=EPERM", "EPERM"],
    ["setsockopt", "setsockopt:error=ENOPROTOOPT", "ENOPROTOOPT"],
  ])("%s, a netlink socket is closed again", async (syscall, fault, code) => {
    expect(await refused(fault, "new pollux.RouteSocket();")).toEqual({ code, syscall, left: 0 });
  });

  it.each([
    ["sendto", "send", "sendto:error=ENOBUFS", "ENOBUFS"],
    ["recvfrom", "recv", "recvfrom:error=ENOMEM", "ENOMEM"],
  ])("%s, interfaces() leaves nothing open", async (_, syscall, fault, code) => {
    expect(await refused(fault, "pollux.interfaces();")).toEqual({ code, syscall, left: 0 });
  });

  it("sendmsg, sdNotify() leaves nothing open", async () => {
    const call = 'pollux.sdNotify("READY=1", { environment: { NOTIFY_SOCKET: "@x" } });';

    const answer = await refused("sendmsg:error=EACCES", call);

    expect(answer).toEqual({ code: "EACCES", syscall: "sendmsg", left: 0 });
  });
});
