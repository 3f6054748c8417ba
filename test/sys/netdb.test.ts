import dns from "node:dns";
import { describe, expect, it } from "vitest";
import * as sys from "../../lib/sys/index.ts";
import { run } from "./support.ts";
import { BARE, PYTHON } from "../support/tools.ts";

/** The error number of getaddrinfo(3), which looks at nothing but its arguments here. */
function failure(call: string): number {
  const code = `
import socket
try:
    socket.getaddrinfo(${call})
except socket.gaierror as error:
    print(error.errno)`;
  return Number(run(PYTHON, [...BARE, "-c", code]));
}

describe("the numbers of getaddrinfo(3)", () => {
  it("are those that node:dns takes as hints", () => {
    expect([sys.AI_ADDRCONFIG, sys.AI_V4MAPPED, sys.AI_ALL]).toEqual([
      dns.ADDRCONFIG,
      dns.V4MAPPED,
      dns.ALL,
    ]);
  });

  it.each([
    ["EAI_NONAME", `'no number', None, flags=${String(sys.AI_NUMERICHOST)}`],
    ["EAI_BADFLAGS", "'::1', None, flags=1 << 20"],
    ["EAI_FAMILY", "'::1', None, family=12345"],
    ["EAI_SOCKTYPE", "'::1', None, type=12345"],
  ] as const)("are those that it answers: %s", (name, call) => {
    expect(failure(call)).toBe(sys[name]);
  });
});
