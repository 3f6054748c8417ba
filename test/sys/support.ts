import { spawnSync } from "node:child_process";
import { endianness } from "node:os";
import { onTestFinished } from "vitest";
import * as sys from "../../lib/sys/index.ts";
import { BARE, PYTHON, toolEnvironment } from "../support/tools.ts";

export { toolEnvironment } from "../support/tools.ts";

/** A number that is never an open descriptor here. */
export const NOT_OPEN = 1_000_000;

/** Closes `fd` when the test is finished. */
export function opened(fd: number | null): number {
  if (fd === null) throw new Error("nothing was opened");
  onTestFinished(() => sys.close(fd));
  return fd;
}

/** Both ends of a non-blocking pipe: read here, write there. */
export function openPipe(flags = sys.O_NONBLOCK): [readEnd: number, writeEnd: number] {
  const [readEnd, writeEnd] = sys.pipe2(flags | sys.O_CLOEXEC);
  return [opened(readEnd), opened(writeEnd)];
}

/** Two connected, non-blocking unix sockets. */
export function openPair(type: number = sys.SOCK_STREAM): [number, number] {
  const [first, second] = sys.socketpair(sys.AF_UNIX, type | sys.SOCK_NONBLOCK);
  return [opened(first), opened(second)];
}

export function openSocket(domain: number, type: number): number {
  return opened(sys.socket(domain, type | sys.SOCK_NONBLOCK));
}

export const LOOPBACK = sys.sockaddrIn("127.0.0.1", 0);

/** A non-blocking TCP listener, and its address. */
export function openListener(address: Uint8Array = LOOPBACK): [fd: number, address: Uint8Array] {
  const fd = openSocket(sys.sockaddrFamily(address), sys.SOCK_STREAM);
  sys.bind(fd, address);
  sys.listen(fd, 16);
  return [fd, nameOf(fd)];
}

/** Both ends of a TCP connection; the client's end is the caller's to close. */
export function connectTcp(): [client: number, server: number] {
  const [listener, address] = openListener();
  const client = sys.socket(sys.AF_INET, sys.SOCK_STREAM);
  sys.connect(client, address);
  return [client, opened(sys.accept4(listener, sys.SOCK_NONBLOCK))];
}

/** The socket's own address, as long as the kernel says. */
export function nameOf(fd: number): Uint8Array {
  return readName((addr, addrlen) => sys.getsockname(fd, addr, addrlen));
}

export function peerOf(fd: number): Uint8Array {
  return readName((addr, addrlen) => sys.getpeername(fd, addr, addrlen));
}

function readName(call: (addr: Uint8Array, addrlen: Uint32Array) => void): Uint8Array {
  const addr = new Uint8Array(sys.SOCKADDR_STORAGE_SIZE);
  const addrlen = new Uint32Array(1);
  call(addr, addrlen);
  return addr.subarray(0, addrlen[0]);
}

/** How many milliseconds `call` takes, by the monotonic clock. */
export function elapsed(call: () => void): number {
  const start = process.hrtime.bigint();
  call();
  return Number(process.hrtime.bigint() - start) / 1e6;
}

/** Runs a tool and returns what it prints. */
export function run(command: string, args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    encoding: "utf8",
    env: toolEnvironment(),
    maxBuffer: 2 ** 26,
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ended with ${String(status)}: ${stderr}`);
  return stdout;
}

/** The byte order of this process, for Python's struct.pack: on an emulated processor, Python has another one. */
export const ORDER = endianness() === "LE" ? "<" : ">";

/** What Python's own modules say: an expression with its fcntl, os, socket and struct. */
export function python(expression: string): string {
  return run(PYTHON, [
    ...BARE,
    "-c",
    `import fcntl, os, socket, struct\nprint(${expression})`,
  ]).trim();
}

/** The constants of Python's socket module that we have too: their numbers here and there. */
export function numbersInPython(ours: object): [here: object, there: object] {
  const there = JSON.parse(
    run(PYTHON, [
      ...BARE,
      "-c",
      "import json, socket\nprint(json.dumps({n: int(v) for n, v in vars(socket).items() if n.isupper() and isinstance(v, int)}))",
    ]),
  ) as Record<string, number>;
  const common = Object.entries(ours).filter(([name]) => name in there);
  return [
    Object.fromEntries(common),
    Object.fromEntries(common.map(([name]) => [name, there[name]])),
  ];
}
