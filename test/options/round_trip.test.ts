import { spawnSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isSystemError } from "../../lib/errors.ts";
import { OPTIONS } from "../../lib/options/table.ts";
import type { Socket } from "../../lib/socket/socket.ts";
import { toolEnvironment } from "../sys/support.ts";
import { type Case, CASES, SOCKETS } from "./cases.ts";
import { NO_ROUND_TRIP } from "./no_round_trip.ts";

/** What a kernel or a user lacks, not what we got wrong. */
const LACKS = ["EAFNOSUPPORT", "EPERM", "EPROTONOSUPPORT", "ESOCKTNOSUPPORT"];
/** An option that is newer than this kernel, or that it was built without. */
const UNKNOWN = ["ENOPROTOOPT", "EOPNOTSUPP"];

const IN_NETWORK_ORDER = /_UNICAST_IF$|^IP_MULTICAST_IF$/;

interface Tried {
  readonly of: Case;
  readonly socket: Socket | null;
  readonly before: unknown;
  readonly error: unknown;
}

/** Sets an option of a new socket, with what it was before. */
function trial(of: Case): Tried {
  let socket: Socket | null = null;
  let before: unknown;
  try {
    socket = SOCKETS[of.on]();
    before = socket.getOption(of.name);
    socket.setOption(of.name, of.value as never);
    return { of, socket, before, error: null };
  } catch (error) {
    return { of, socket, before, error };
  }
}

let tried: readonly Tried[];
let byPython: readonly string[];

/** The options of all sockets as Python reads them: the same descriptors, inherited. */
function readByPython(): string[] {
  const set = tried.filter(({ error }) => error === null);
  const script = `
import ctypes, sys
libc = ctypes.CDLL(None, use_errno=True)
for fd, argument in enumerate(sys.argv[1:], 3):
    level, optname = map(int, argument.split())
    value, size = ctypes.create_string_buffer(1024), ctypes.c_uint32(1024)
    result = libc.getsockopt(fd, level, optname, value, ctypes.byref(size))
    print(value.raw[:size.value].hex() if result == 0 else ctypes.get_errno())
`;
  const options = set.map(({ of: { name } }) => {
    const { level, optname } = OPTIONS[name];
    return `${String(level)} ${String(optname)}`;
  });
  const { stdout, stderr, status } = spawnSync("python3", ["-c", script, ...options], {
    stdio: ["ignore", "pipe", "pipe", ...set.map(({ socket }) => socket?.fd ?? -1)],
    encoding: "utf8",
    env: toolEnvironment(),
  });
  if (status !== 0) throw new Error(stderr);
  return stdout.trim().split("\n");
}

function raw({ name }: Case, socket: Socket | null): Uint8Array {
  const { level, optname } = OPTIONS[name];
  return socket?.getOption(level, optname, 1024) ?? new Uint8Array();
}

/** A value as the bytes of a C program, made without our table. */
function bytesOf(read: unknown, length: number): string | null {
  if (typeof read === "boolean" || typeof read === "number") {
    return Buffer.from(Int32Array.of(Number(read)).buffer).toString("hex");
  }
  if (typeof read === "bigint") {
    return Buffer.from(BigUint64Array.of(read).buffer).toString("hex");
  }
  if (read instanceof Uint8Array) return Buffer.from(read).toString("hex");
  if (typeof read !== "string") return null;
  const text = Buffer.alloc(length);
  text.write(read);
  return text.toString("hex");
}

beforeAll(() => {
  tried = CASES.map(trial);
  const lines = readByPython();
  byPython = tried.map(({ error }) => (error === null ? lines.shift() : undefined) ?? "");
});

afterAll(() => {
  for (const { socket } of tried) socket?.close();
});

describe("an option that was set", () => {
  it.for(CASES.map(({ name }, index) => [name, index] as const))(
    "is read again, here and by Python: %s",
    ([name, index], { skip }) => {
      const one = tried[index];
      if (!one) throw new Error("was not tried");
      const { of, socket, before, error } = one;
      if (error !== null) {
        if (!isSystemError(error)) throw new Error(name, { cause: error });
        expect([...LACKS, ...UNKNOWN]).toContain(error.code);
        return skip(`${name} on a socket "${of.on}": ${error.message}`);
      }

      expect(before).not.toEqual(of.read);
      expect(socket?.getOption(name)).toEqual(of.read);
      const there = byPython[index] ?? "";
      expect(there).toBe(Buffer.from(raw(of, socket)).toString("hex"));
      const here = bytesOf(of.read, there.length / 2);
      if (here !== null && !IN_NETWORK_ORDER.test(name))
        expect(there.slice(0, here.length)).toBe(here);
    },
  );
});

describe("the cases", () => {
  it("have each option that can be get and set, or say why not", () => {
    const both = Object.entries(OPTIONS).filter(([, { access }]) => access === "get and set");
    const known = [...CASES.map(({ name }) => name), ...Object.keys(NO_ROUND_TRIP)];

    expect(known.sort()).toEqual(both.map(([name]) => name).sort());
  });
});
