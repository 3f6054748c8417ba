import { spawnSync } from "node:child_process";
import { OPTIONS } from "../../lib/options/table.ts";
import type { Socket } from "../../lib/socket/socket.ts";
import { BARE, PYTHON, toolEnvironment } from "../support/tools.ts";
import { type Case, SOCKETS } from "./cases.ts";

/** What became of an option of a new socket that was set and read again. */
export interface RoundTrip {
  readonly of: Case;
  /** Why it could not be set. */
  readonly error: unknown;
  readonly before: unknown;
  readonly after: unknown;
  /** Its bytes, in hexadecimal digits: as we read them, and as Python does. */
  readonly ours: string;
  readonly byPython: string;
  /** The bytes that a C program has for such a value; `null` for structures. */
  readonly inC: string | null;
}

interface Tried {
  readonly of: Case;
  readonly socket: Socket | null;
  readonly before: unknown;
  readonly error: unknown;
}

/** Sets each of these options on a socket of its own, and reads them here and in Python. */
export function roundTrips(cases: readonly Case[]): RoundTrip[] {
  const tried = cases.map(trial);
  try {
    const lines = readByPython(tried.filter(({ error }) => error === null));
    return tried.map((one) =>
      one.error === null ? readAgain(one, lines.shift() ?? "") : unread(one),
    );
  } finally {
    for (const { socket } of tried) socket?.close();
  }
}

function unread({ of, before, error }: Tried): RoundTrip {
  return { of, error, before, after: undefined, ours: "", byPython: "", inC: null };
}

function readAgain(one: Tried, byPython: string): RoundTrip {
  const { of, socket, before } = one;
  const { level, optname } = OPTIONS[of.name];
  try {
    if (!socket) return unread(one);
    const ours = Buffer.from(socket.getOption(level, optname, 1024)).toString("hex");
    const inC = bytesOf(of.read, byPython.length / 2);
    return { of, error: null, before, after: socket.getOption(of.name), ours, byPython, inC };
  } catch (error) {
    // Such as an emulator's: that of one option says nothing of the others.
    return unread({ ...one, error });
  }
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

/** The options of all sockets as Python reads them: the same descriptors, inherited. */
function readByPython(set: readonly Tried[]): string[] {
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
  const { stdout, stderr, status } = spawnSync(PYTHON, [...BARE, "-c", script, ...options], {
    stdio: ["ignore", "pipe", "pipe", ...set.map(({ socket }) => socket?.fd ?? -1)],
    encoding: "utf8",
    env: toolEnvironment(),
  });
  if (status !== 0) throw new Error(stderr);
  return stdout.trim().split("\n");
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
