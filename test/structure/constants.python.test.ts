import { describe, expect, it } from "vitest";
import * as sys from "../../lib/sys/index.ts";
import { run } from "../sys/support.ts";
import { BARE, PYTHON } from "../support/tools.ts";

const NOT_OF_LINUX = "of another system; CPython names it where the C library happens to";
const NO_MAINLINE = "of a patch that Linux never took: 6 is ALG_SET_DRBG_ENTROPY there";

/** What CPython's socket and select name and sys/ does not, and why. A pattern is for a whole name. */
const LEFT_OUT: readonly (readonly [name: RegExp, reason: string])[] = [
  [/E(AGAIN|BADF|WOULDBLOCK)/, "in sys.errno, with all other error numbers"],
  [/EAI_(MAX|BADHINTS|PROTOCOL)/, NOT_OF_LINUX],
  [/ALG_SET_PUBKEY|ALG_OP_(SIGN|VERIFY)/, NO_MAINLINE],
  [
    /(BT|BTPROTO|BDADDR|HCI|L2CAP|RFCOMM|SO_HCI|SO_L2CAP|SO_RFCOMM|SO_SCO)_.*/,
    "of BlueZ's headers",
  ],
  [/SOL_(HCI|L2CAP|RFCOMM|SCO)/, "of BlueZ's headers"],
  [/(HV|HVSOCKET)_.*|AF_HYPERV/, NOT_OF_LINUX],
  [/SOL_(ATALK|AX25|IPX|NETROM|ROSE)/, "of headers of its own; Linux has removed these protocols"],
  [/SCM_CREDS2?|LOCAL_.*|SO_(USELOOPBACK|SETFIB|EXCLUSIVEADDRUSE|REUSEPORT_LB)/, NOT_OF_LINUX],
  [/IPPROTO_MAX/, "depends on the version of the headers"],
  [/has_ipv6|SocketType/, "no constant of C"],
  [/EPOLL_RDHUP/, "EPOLLRDHUP under a wrong name"],
];

/** The numbers of both modules: no functions, no classes, no booleans. */
function numbersOfPython(): Record<string, number> {
  const code = `
import json, select, socket
numbers = {}
for module in (socket, select):
    for name, value in vars(module).items():
        if isinstance(value, int) and not isinstance(value, bool) and not name.startswith("_"):
            numbers[name] = int(value)
print(json.dumps(numbers))`;
  return JSON.parse(run(PYTHON, [...BARE, "-c", code])) as Record<string, number>;
}

// Their type is unsigned in C; CPython writes these as it reads them.
const unsigned = (number: number): number => (number < 0 ? number + 2 ** 32 : number);

describe("the constants of CPython's socket and select", () => {
  const theirs = numbersOfPython();
  const ours: Readonly<Record<string, unknown>> = { ...sys };

  it("are here under the same names, but for those with a reason", () => {
    const missing = Object.keys(theirs).filter((name) => !(name in ours));
    const unexplained = missing.filter(
      (name) => !LEFT_OUT.some(([pattern]) => new RegExp(`^(${pattern.source})$`).test(name)),
    );

    expect(Object.keys(theirs).length).toBeGreaterThan(300);
    expect(unexplained).toEqual([]);
  });

  it("have the same values", () => {
    const common = Object.entries(theirs).filter(([name]) => name in ours);
    const different = common.filter(
      ([name, value]) => ours[name] !== value && unsigned(Number(ours[name])) !== unsigned(value),
    );

    expect(common.length).toBeGreaterThan(300);
    expect(different).toEqual([]);
  });

  it("are not left out where they are here", () => {
    const both = LEFT_OUT.flatMap(([pattern]) =>
      Object.keys(ours).filter((name) => new RegExp(`^(${pattern.source})$`).test(name)),
    );

    expect(both).toEqual([]);
  });
});
