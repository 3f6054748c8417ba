import { isSystemError } from "../errors.ts";
import type { Binary } from "../native/binary.ts";
import { binary } from "../native/native.ts";
import * as sys from "../sys/index.ts";
import { setting } from "./host.ts";

/** A feature that a kernel may lack. */
export interface Feature {
  readonly name: string;
  /** `null`: this process is not permitted to find out. */
  readonly available: boolean | null;
  /** What the kernel answered, if that says more. */
  readonly detail: string;
}

/** Facts that only the loaded library knows. */
export interface Diagnosis {
  readonly binary: Binary;
  readonly features: readonly Feature[];
}

/** Which binary was loaded, and what the kernel answers to each feature. Does not block. */
export function diagnosis(): Diagnosis {
  sys.close(sys.epollCreate1()); // throws on other systems than Linux
  if (binary === null) throw new Error("there is no binary");
  return { binary, features: [...PROBES.map(([name, probe]) => ask(name, probe)), ...told()] };
}

type Probe = () => unknown;

/** Each does what needs the feature, and closes what it opened. */
const PROBES: readonly (readonly [name: string, probe: Probe])[] = [
  ["epoll_pwait2", withFd(() => sys.epollCreate1(sys.EPOLL_CLOEXEC), waitShortly)],
  ["pidfd_open", withFd(() => sys.pidfdOpen(process.pid))],
  ["io_uring", ring],
  ["libuv's loop", () => sys.uvBackendFd() ?? refuse("the runtime has none")],
  ["IPv6", socket("AF_INET6", "SOCK_STREAM")],
  ["SCTP", socket("AF_INET", "SOCK_STREAM", "IPPROTO_SCTP")],
  ["UDP-Lite", socket("AF_INET", "SOCK_DGRAM", "IPPROTO_UDPLITE")],
  ["ping sockets", socket("AF_INET", "SOCK_DGRAM", "IPPROTO_ICMP")],
  ["raw sockets", socket("AF_INET", "SOCK_RAW", "IPPROTO_ICMP")],
  ["packet sockets", socket("AF_PACKET", "SOCK_RAW")],
  ["netlink", socket("AF_NETLINK", "SOCK_RAW")],
  ["VSOCK", socket("AF_VSOCK", "SOCK_STREAM")],
  ["CAN", socket("AF_CAN", "SOCK_RAW", "CAN_RAW")],
  ["SO_ZEROCOPY", option("SOL_SOCKET", "SO_ZEROCOPY")],
  ["SO_PEERPIDFD", peerPidfd],
  ["TCP_FASTOPEN_CONNECT", option("SOL_TCP", "TCP_FASTOPEN_CONNECT")],
];

/** Read from the kernel's settings, because the library does not make the call. */
function told(): Feature[] {
  const mptcp = setting("net.mptcp.enabled");
  return [
    {
      name: "MPTCP",
      available: mptcp === "1",
      detail: `net.mptcp.enabled is ${mptcp ?? "not there"}`,
    },
  ];
}

function ask(name: string, probe: Probe): Feature {
  try {
    probe();
    return { name, available: true, detail: "" };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const mayNot = isSystemError(error, "EPERM") || isSystemError(error, "EACCES");
    return { name, available: mayNot ? null : false, detail: code ?? message };
  }
}

function refuse(reason: string): never {
  throw new Error(reason);
}

function withFd(open: () => number, use: (fd: number) => unknown = () => 0): Probe {
  return () => {
    const fd = open();
    try {
      use(fd);
    } finally {
      sys.close(fd);
    }
  };
}

type Name<Family extends string> = keyof typeof sys & `${Family}_${string}`;

function socket(domain: Name<"AF">, type: Name<"SOCK">, protocol?: Name<"IPPROTO" | "CAN">): Probe {
  const number = protocol === undefined ? 0 : sys[protocol];
  return withFd(() => sys.socket(sys[domain], sys[type] | sys.SOCK_CLOEXEC, number));
}

function option(level: Name<"SOL">, name: Name<"SO" | "TCP">): Probe {
  const optname: number = sys[name];
  return withFd(
    () => sys.socket(sys.AF_INET, sys.SOCK_STREAM | sys.SOCK_CLOEXEC),
    (fd) => sys.setsockopt(fd, sys[level], optname, 1),
  );
}

function waitShortly(epfd: number): void {
  sys.epollPwait2(epfd, new sys.EpollEvents(1), 0);
}

/** A kernel without it, a seccomp filter, or kernel.io_uring_disabled (Linux 6.6) refuses it. */
function ring(): void {
  sys.ioUringQueueExit(sys.ioUringSetup(1, new sys.IoUringParams()));
}

/** The option gives a descriptor. */
function peerPidfd(): void {
  const [here, there] = sys.socketpair(sys.AF_UNIX, sys.SOCK_STREAM | sys.SOCK_CLOEXEC);
  try {
    sys.close(sys.getsockopt(here, sys.SOL_SOCKET, sys.SO_PEERPIDFD));
  } finally {
    sys.close(here);
    sys.close(there);
  }
}
