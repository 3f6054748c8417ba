import { describe, expect, it, onTestFinished } from "vitest";
import { isSystemError } from "../../lib/errors.ts";
import { PidFd } from "../../lib/descriptors/pidfd.ts";
import { Socket } from "../../lib/socket/socket.ts";
import * as sys from "../../lib/sys/index.ts";
import { Python } from "../support/python.ts";

const { AF_INET, SOCK_DGRAM } = sys;
const failure = (code: string): Error =>
  expect.objectContaining({ code, syscall: "setsockopt" }) as Error;

// bpf(2) has no binding here: Python loads the programs. "r0 = k; exit" is the shortest one.
const LOADER = `
import ctypes, platform
NUMBERS = {"x86_64": 321, "i686": 357, "armv7l": 386, "s390x": 351, "ppc64le": 361}
def load(k):
    BPF_PROG_LOAD, BPF_PROG_TYPE_SOCKET_FILTER, MOVE, EXIT = 5, 1, 0xb7, 0x95
    code = ctypes.create_string_buffer(struct.pack("=BBhiBBhi", MOVE, 0, 0, k, EXIT, 0, 0, 0))
    licence = ctypes.create_string_buffer(b"GPL")
    at = ctypes.addressof
    attributes = struct.pack("=IIQQIIQII", BPF_PROG_TYPE_SOCKET_FILTER, 2, at(code), at(licence), 0, 0, 0, 0, 0)
    call = ctypes.CDLL(None, use_errno=True).syscall
    fd = call(NUMBERS.get(platform.machine(), 280), BPF_PROG_LOAD, attributes, len(attributes))
    return fd if fd >= 0 else os.strerror(ctypes.get_errno())
`;

/** Descriptors of loaded programs that return these numbers; or why there are none. */
async function programs(...results: readonly number[]): Promise<number[] | string> {
  await using python = new Python();
  using loader = PidFd.open(python.pid);
  await python.run(LOADER);
  const fds: number[] = [];
  for (const result of results) {
    const loaded = await python.run(`load(${String(result)})`);
    if (typeof loaded !== "number") return `no program of eBPF can be loaded: ${String(loaded)}`;
    try {
      const fd = sys.pidfdGetfd(loader.fd, loaded);
      onTestFinished(() => sys.close(fd));
      fds.push(fd);
    } catch (error) {
      if (isSystemError(error, "EPERM")) return "a child's descriptor cannot be taken (ptrace)";
      throw error;
    }
  }
  return fds;
}

function udp(port = 0): Socket {
  const socket = Socket.open(AF_INET, SOCK_DGRAM).setOption("SO_REUSEPORT", true);
  onTestFinished(() => {
    socket.close();
  });
  return socket.bind({ address: "127.0.0.1", port });
}

function sendTo(socket: Socket, text: string): void {
  using client = Socket.open(AF_INET, SOCK_DGRAM);
  client.sendTo(Buffer.from(text), socket.localAddress);
}

describe("a program of eBPF", () => {
  it("filters what arrives, and is taken off: SO_ATTACH_BPF, SO_DETACH_BPF", async ({ skip }) => {
    const UDP_HEADER_SIZE = 8;
    const loaded = await programs(0, UDP_HEADER_SIZE + 3);
    if (typeof loaded === "string") return skip(loaded);
    const [drop = -1, keepThree = -1] = loaded;
    const socket = udp();
    const received = (): number | null => {
      sendTo(socket, "hello");
      return socket.recv(new Uint8Array(8));
    };
    expect(received()).toBe(5);

    socket.setOption("SO_ATTACH_BPF", drop);
    expect(received()).toBeNull();
    socket.setOption("SO_ATTACH_BPF", keepThree);
    expect(received()).toBe(3);
    socket.setOption("SO_DETACH_BPF", true);
    expect(received()).toBe(5);
    expect(() => socket.setOption("SO_DETACH_BPF", true)).toThrow(failure("ENOENT"));
  });

  it("chooses among the sockets of a port: SO_ATTACH_REUSEPORT_EBPF", async ({ skip }) => {
    const loaded = await programs(0, 1);
    if (typeof loaded === "string") return skip(loaded);
    const first = udp();
    const second = udp(first.localAddress.port ?? 0);

    for (const [index, chosen] of [first, second].entries()) {
      first.setOption("SO_ATTACH_REUSEPORT_EBPF", loaded[index] ?? -1);
      for (let n = 0; n < 8; n++) sendTo(first, "x");

      for (let n = 0; n < 8; n++) expect(chosen.recv(new Uint8Array(1))).toBe(1);
      expect([first, second].map((socket) => socket.recv(new Uint8Array(1)))).toEqual([null, null]);
    }
    first.setOption("SO_DETACH_REUSEPORT_BPF", true);
    expect(() => first.setOption("SO_DETACH_REUSEPORT_BPF", true)).toThrow(failure("ENOENT"));
  });

  it.each(["SO_ATTACH_BPF", "SO_ATTACH_REUSEPORT_EBPF"] as const)(
    "is EBADF for what is not open, EINVAL for a descriptor of another kind (%s)",
    (name) => {
      const socket = udp();

      expect(() => socket.setOption(name, 1_000_000)).toThrow(failure("EBADF"));
      expect(() => socket.setOption(name, socket.fd)).toThrow(failure("EINVAL"));
    },
  );

  it("is not there to be taken off at first", () => {
    expect(() => udp().setOption("SO_DETACH_BPF", true)).toThrow(failure("ENOENT"));
  });
});
