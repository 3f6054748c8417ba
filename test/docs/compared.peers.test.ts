import dgram from "node:dgram";
import net from "node:net";
import { describe, expect, it } from "vitest";
import { read, ROOT } from "../structure/source.ts";
import { run } from "../sys/support.ts";
import { BARE, PYTHON } from "../support/tools.ts";
import { type Row, rowsOf } from "./compared_rows.ts";

const rows = rowsOf(read(ROOT, "docs/compared.md"));

/** Public names of CPython and Node.js that are no capability, so that they have no row, and why. */
const NO_CAPABILITY: Readonly<Record<string, string>> = {
  "socket.CAPI": "a capsule for other modules in C",
};

/** Qualified names without a row that has the last part as a word, for this peer. */
function missing(peer: string, names: readonly string[], among: readonly Row[] = rows): string[] {
  const words = new Set(
    among.filter(({ peers }) => peers.includes(peer)).flatMap((row) => [...row.words]),
  );
  return names.filter((name) => !words.has(name.slice(name.lastIndexOf(".") + 1)));
}

/** What CPython's modules offer on this machine. Their numbers are compared in test/structure/. */
function namesInPython(): string[] {
  const code = `
import inspect, json, select, selectors, socket

def public(thing):
    return [name for name in dir(thing) if not name.startswith("_")]

def is_number(value):
    return isinstance(value, (int, str, tuple)) and not isinstance(value, bool)

def is_own(module, name):
    value = getattr(module, name)
    return inspect.isclass(value) and value.__module__ == module.__name__

names = {
    "socket": [name for name in socket.__all__ if not is_number(getattr(socket, name))],
    "socket.socket": public(socket.socket),
    "select": [name for name in public(select) if not is_number(getattr(select, name))],
    "select.epoll": public(select.epoll),
    "select.poll": public(select.poll()),
    "selectors": [name for name in public(selectors) if is_own(selectors, name)],
    "selectors.EpollSelector": public(selectors.EpollSelector),
    "selectors.SelectorKey": selectors.SelectorKey._fields,
}
print(json.dumps([f"{owner}.{name}" for owner, all in names.items() for name in all]))`;
  return JSON.parse(run(PYTHON, [...BARE, "-c", code])) as string[];
}

/** What node:net and node:dgram offer, without what is for Node.js itself. */
function namesInNode(): string[] {
  const owners = {
    net,
    "net.Socket": net.Socket.prototype,
    "net.Server": net.Server.prototype,
    dgram,
    "dgram.Socket": dgram.Socket.prototype,
  };
  return Object.entries(owners).flatMap(([owner, value]) =>
    Object.getOwnPropertyNames(value)
      .filter((name) => !name.startsWith("_") && name !== "constructor" && name !== "default")
      .map((name) => `${owner}.${name}`),
  );
}

describe("docs/compared.md has a row for each public name", () => {
  it.each([
    ["CPython's socket, select and selectors", "py", namesInPython(), 110],
    ["node:net and node:dgram", "node", namesInNode(), 70],
  ] as const)("of %s", (_, peer, names, atLeast) => {
    expect(names.length).toBeGreaterThan(atLeast);
    expect(missing(peer, names).filter((name) => !(name in NO_CAPABILITY))).toEqual([]);
  });

  it("and no reason for a name that has one", () => {
    const reasons = Object.keys(NO_CAPABILITY);

    expect(missing("py", reasons)).toEqual(reasons);
    expect(reasons.filter((name) => !namesInPython().includes(name))).toEqual([]);
  });
});

describe("this check", () => {
  it("finds a name only as a whole word, and only in rows of the peer", () => {
    const page = `
| capability | peers | here | test |
| --- | --- | --- | --- |
| accept, accept4 (accept_any) | py, nix | \`sys.accept4\` recv | |
| peek | mio, py (recv_into) | | |
| bind | mio | | |
`;
    const among = rowsOf(page);
    const names = ["socket.accept", "socket.accept_any", "socket.recv_into", "nix.peek"];

    expect(missing("py", names, among)).toEqual([]);
    expect(missing("py", ["socket.bind", "socket.any", "socket.recv"], among)).toEqual([
      ...["socket.bind", "socket.any", "socket.recv"],
    ]);
  });
});
