import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { type FieldPlace, StructLayout } from "../../lib/memory/layout.ts";
import { native } from "../../lib/native/native.ts";
import type { Struct } from "../../lib/native/structs.ts";
import * as sys from "../../lib/sys/index.ts";
import { run } from "../sys/support.ts";
import { read, ROOT } from "./source.ts";

const HEADERS = [
  ...["arpa/inet.h", "fcntl.h", "linux/can.h", "linux/can/j1939.h", "linux/if_packet.h"],
  ...[
    "linux/netlink.h",
    "linux/vm_sockets.h",
    "net/ethernet.h",
    "net/if.h",
    "netdb.h",
    "net/if_arp.h",
    "sys/ioctl.h",
    "linux/if_tun.h",
    "asm/termbits.h",
    "linux/gpio.h",
  ],
  ...["netinet/in.h", "netinet/ip.h", "netinet/tcp.h", "poll.h"],
  ...["signal.h", "sys/epoll.h", "sys/eventfd.h", "sys/select.h", "sys/socket.h"],
  ...[
    "sys/file.h",
    "sys/resource.h",
    "sys/inotify.h",
    "sys/prctl.h",
    "sys/mman.h",
    "sys/pidfd.h",
    "sys/signalfd.h",
    "sys/wait.h",
    "climits",
  ],
  ...[
    "sys/timerfd.h",
    "sys/uio.h",
    "sys/un.h",
    "time.h",
    "unistd.h",
    "cerrno",
    "cstddef",
    "cstdio",
  ],
  // Options of sockets.
  ...["limits.h", "stdint.h", "netinet/icmp6.h", "netinet/udp.h"],
  ...[
    "linux/can.h",
    "linux/can/bcm.h",
    "linux/can/isotp.h",
    "linux/can/j1939.h",
    "linux/can/raw.h",
    "linux/dccp.h",
  ],
  ...["linux/errqueue.h", "linux/io_uring.h"],
  ...["linux/filter.h", "linux/if_alg.h", "linux/if_packet.h", "linux/if_xdp.h", "linux/mptcp.h"],
  ...["linux/net_tstamp.h", "linux/netfilter_ipv4.h", "linux/netfilter_ipv6/ip6_tables.h"],
  ...[
    "linux/netlink.h",
    "linux/rtnetlink.h",
    "linux/sctp.h",
    "linux/sockios.h",
    "linux/tipc.h",
    "linux/tls.h",
    "linux/vm_sockets.h",
  ],
  ...["netinet/ip_icmp.h", "linux/can/bcm.h", "linux/can/error.h", "linux/if_ether.h"],
  ...["linux/if_link.h", "linux/memfd.h", "linux/rds.h", "linux/sock_diag.h"],
  join(ROOT, "native/support/newer.h"),
  join(ROOT, "native/support/missing.h"),
];

// Our own names, and those of CPython, in C.
const OWN_NAMES: Record<string, string> = {
  INOTIFY_EVENT_MAX_SIZE: "sizeof(inotify_event) + NAME_MAX + 1",
  SIGNALFD_SIGINFO_SIZE: "sizeof(signalfd_siginfo)",
  SCM_PIDFD: "0x04", // <linux/socket.h> of the kernel itself; glibc 2.39
  // Enumerators that are newer than the headers of some machines.
  SCM_TSTAMP_COMPLETION: "3", // Linux 6.15
  SOF_TIMESTAMPING_BIND_PHC: "1 << 15", // 5.14
  SOF_TIMESTAMPING_OPT_ID_TCP: "1 << 16", // 6.2
  SOF_TIMESTAMPING_OPT_RX_FILTER: "1 << 17", // 6.12
  SOF_TIMESTAMPING_TX_COMPLETION: "1 << 18", // 6.15
  SOCKADDR_STORAGE_SIZE: "sizeof(sockaddr_storage)",
  IFREQ_SIZE: "sizeof(ifreq)",
  IFREQ_VALUE_OFFSET: "offsetof(ifreq, ifr_ifru)",
  SOCKADDR_UN_SIZE: "sizeof(sockaddr_un)",
  SUN_PATH_SIZE: "sizeof(sockaddr_un::sun_path)",
};

/** What docs/options.md names besides: a capability. */
const NOT_A_CONSTANT = new Set(["CAP_NET_ADMIN"]);

// What the fields of a structure have in front in C, and JavaScript leaves out.
const PREFIXES: Record<string, string> = {
  can_filter: "can_",
  cmsghdr: "cmsg_",
  flock: "l_",
  group_req: "gr_",
  group_source_req: "gsr_",
  ifaddrmsg: "ifa_",
  ifinfomsg: "ifi_",
  in6_pktinfo: "ipi6_",
  in_pktinfo: "ipi_",
  ip6_mtuinfo: "ip6m_",
  ip_mreq_source: "imr_",
  ip_mreqn: "imr_",
  ipv6_mreq: "ipv6mr_",
  linger: "l_",
  mptcp_info: "mptcpi_",
  nlattr: "nla_",
  nlmsghdr: "nlmsg_",
  packet_mreq: "mr_",
  rtmsg: "rtm_",
  rtnexthop: "rtnh_",
  sctp_add_streams: "sas_",
  sctp_assoc_change: "sac_",
  sctp_assoc_stats: "sas_",
  sctp_assocparams: "sasoc_",
  sctp_authkeyid: "scact_",
  sctp_default_prinfo: "pr_",
  sctp_event: "se_",
  sctp_event_subscribe: "sctp_",
  sctp_initmsg: "sinit_",
  sctp_paddr_change: "spc_",
  sctp_paddrinfo: "spinfo_",
  sctp_paddrparams: "spp_",
  sctp_prim: "ssp_",
  sctp_prinfo: "pr_",
  sctp_rcvinfo: "rcv_",
  sctp_rtoinfo: "srto_",
  sctp_sack_info: "sack_",
  sctp_shutdown_event: "sse_",
  sctp_sndinfo: "snd_",
  sctp_sndrcvinfo: "sinfo_",
  sctp_status: "sstat_",
  siginfo_t: "si_",
  signalfd_siginfo: "ssi_",
  sock_extended_err: "ee_",
  sockaddr_alg: "salg_",
  sockaddr_can: "can_",
  sockaddr_in: "sin_",
  sockaddr_in6: "sin6_",
  sockaddr_ll: "sll_",
  sockaddr_nl: "nl_",
  sockaddr_un: "sun_",
  sockaddr_vm: "svm_",
  tcp_info: "tcpi_",
  timespec: "tv_",
  timeval: "tv_",
  tpacket_req: "tp_",
  tpacket_rollover_stats: "tp_",
  tpacket_stats: "tp_",
};

const LAYOUT_PREFIXES: Record<string, string> = { TERMIOS: "c_", TERMIOS2: "c_", WINSIZE: "ws_" };

// struct sockaddr_can keeps what is the protocol's in a union, others a structure in a structure.
const PATHS: Record<string, string> = {
  "bcm_msg_head.ival1_sec": "ival1.tv_sec",
  "bcm_msg_head.ival1_usec": "ival1.tv_usec",
  "bcm_msg_head.ival2_sec": "ival2.tv_sec",
  "bcm_msg_head.ival2_usec": "ival2.tv_usec",
  "can_frame.len": "can_dlc",
  "sockaddr_can.rx_id": "can_addr.tp.rx_id",
  "sockaddr_can.tx_id": "can_addr.tp.tx_id",
  "sockaddr_can.name": "can_addr.j1939.name",
  "sockaddr_can.pgn": "can_addr.j1939.pgn",
  "sockaddr_can.addr": "can_addr.j1939.addr",
};

// A function has the name as well.
const TYPES: Record<string, string> = { flock: "file_lock" };

// Of a header that this machine need not have: <linux/eventpoll.h> of Linux 6.9.
const NEWER = new Set(["epoll_params"]);

/** The name of a constant in C: CPython puts CAN_BCM_ before those of <linux/can/bcm.h>, which have no prefix. */
function inHeaders(name: string): string {
  return OWN_NAMES[name] ?? name.replace(/^CAN_BCM_(?=.)/, "");
}

/** `sizeof_pollfd`, `offsetof_pollfd_events` in C. */
function layoutInC(name: string): string | undefined {
  const [, type] = /^sizeof_(\w+)$/.exec(name) ?? [];
  if (type) return `sizeof(${type})`;
  if (name === "offsetof_ifreq_ifru") return "offsetof(struct ifreq, ifr_ifru)";
  const [, of, field] = /^offsetof_(epoll_event|pollfd)_(\w+)$/.exec(name) ?? [];
  return of && field ? `offsetof(${of}, ${field})` : undefined;
}

/** What a program prints that was compiled on this machine: the value of each C expression. */
function compiled(expressions: Record<string, string>): Record<string, number> {
  const directory = mkdtempSync(join(tmpdir(), "pollux-constants-"));
  onTestFinished(() => {
    rmSync(directory, { recursive: true });
  });
  // The kernel's own struct tcp_info: longer than that of glibc, which has the same name.
  const includes = HEADERS.map((header) => `#include <${header}>\n`)
    .concat("namespace kernel {\n#undef TCP_MSS_DEFAULT\n#include <linux/tcp.h>\n}\n")
    .concat("using file_lock = struct flock;\n")
    .join("");
  const prints = Object.entries(expressions).map(
    ([name, expression]) =>
      `std::printf("${name} %lld\\n", static_cast<long long>(${expression}));\n`,
  );
  writeFileSync(join(directory, "constants.cc"), `${includes}int main() {\n${prints.join("")}}\n`);
  run("g++", ["-o", join(directory, "constants"), join(directory, "constants.cc")]);
  const lines = run(join(directory, "constants"), []).trim().split("\n");
  return Object.fromEntries(lines.map((line) => [line.split(" ")[0], Number(line.split(" ")[1])]));
}

function numbersOf(object: object): Record<string, number> {
  const numbers: Record<string, number> = {};
  // The addon's constants are inherited.
  for (const name in object) {
    const value: unknown = object[name as keyof typeof object];
    if (typeof value === "number") numbers[name] = value;
  }
  return numbers;
}

describe("constants", () => {
  it("have the values of this machine's headers", () => {
    const ours = { ...numbersOf(sys), ...sys.errno };
    const inC = Object.keys(ours).map((name) => [name, inHeaders(name)]);

    expect(Object.keys(ours).length).toBeGreaterThan(2000);
    expect(compiled(Object.fromEntries(inC) as Record<string, string>)).toEqual(ours);
  });

  it("are in the bundle, with all else of sys/", async () => {
    const { sys: bundled } = (await import(join(ROOT, "dist/lib/index.js"))) as {
      sys: Readonly<Record<string, unknown>>;
    };

    expect(Object.keys(bundled).sort()).toEqual(Object.keys(sys).sort());
    expect(numbersOf(bundled)).toEqual(numbersOf(sys));
    expect(Object.entries(bundled).filter(([, value]) => value === undefined)).toEqual([]);
    expect(Object.isFrozen(bundled)).toBe(true);
  });

  it("are those that docs/options.md names", () => {
    const ours = Object.keys(sys);
    const named = new Set(read(ROOT, "docs/options.md").match(/\b[A-Z][A-Z0-9]*_[A-Z0-9_]*/g));
    const missing = [...named].filter((name) =>
      /_V?$/.test(name)
        ? ours.filter((each) => each.startsWith(name)).length < 2
        : !ours.includes(name) && !NOT_A_CONSTANT.has(name),
    );

    expect(named.size).toBeGreaterThan(250);
    expect(missing).toEqual([]);
  });

  it("have the layout of this machine's structures", () => {
    const layout = Object.entries(numbersOf(native)).filter(([name]) => layoutInC(name));
    const inC = layout.map(([name]) => [name, layoutInC(name)]);

    expect(layout.length).toBeGreaterThan(5);
    expect(compiled(Object.fromEntries(inC) as Record<string, string>)).toEqual(
      Object.fromEntries(layout),
    );
  });

  it("have the fields of this machine's structures, all of them", () => {
    const ours: Record<string, number> = {};
    const inC: Record<string, string> = {};
    for (const [name, { sizeof, fields }] of Object.entries<Struct<string, string>>({
      ...native.structs,
    })) {
      if (NEWER.has(name)) continue;
      const type = name.startsWith("tcp_") ? `kernel::${name}` : (TYPES[name] ?? name);
      ours[name] = sizeof;
      inC[name] = `sizeof(${type})`;
      for (const [field, { offset, size, mask }] of Object.entries(fields)) {
        if (mask !== 0) continue; // C does not say where bits are
        const member = PATHS[`${name}.${field}`] ?? `${PREFIXES[name] ?? ""}${field}`;
        Object.assign(ours, { [`${name}.${field}`]: offset, [`${name}.${field}.size`]: size });
        inC[`${name}.${field}`] = `offsetof(${type}, ${member})`;
        inC[`${name}.${field}.size`] = `sizeof(${type}::${member})`;
      }
    }

    expect(Object.keys(ours).length).toBeGreaterThan(400);
    expect(compiled(inC)).toEqual(ours);
  });

  it("have the fields of the structures of ioctl(2), all of them", () => {
    const ours: Record<string, number> = {};
    const inC: Record<string, string> = {};
    for (const [name, layout] of Object.entries(sys)) {
      if (!(layout instanceof StructLayout)) continue;
      const type = name.toLowerCase();
      const prefix = LAYOUT_PREFIXES[name] ?? "";
      ours[name] = layout.size;
      ours[`${name}.alignment`] = layout.alignment;
      inC[name] = `sizeof(${type})`;
      inC[`${name}.alignment`] = `alignof(${type})`;
      let bytes = 0; // of all fields: what is not in `fields` would be missing
      for (const [field, { offset, size }] of Object.entries<FieldPlace>(layout.fields)) {
        Object.assign(ours, { [`${name}.${field}`]: offset, [`${name}.${field}.size`]: size });
        inC[`${name}.${field}`] = `offsetof(${type}, ${prefix}${field})`;
        inC[`${name}.${field}.size`] = `sizeof(${type}::${prefix}${field})`;
        bytes += size;
      }
      expect(bytes).toBe(layout.size);
    }

    expect(Object.keys(ours).length).toBeGreaterThan(100);
    expect(compiled(inC)).toEqual(ours);
  });

  it("are exported by sys/ under their own names, all but the layout", () => {
    const exported = Object.entries(numbersOf(native)).filter(([name]) => !layoutInC(name));

    expect(numbersOf(sys)).toMatchObject(Object.fromEntries(exported));
  });
});
