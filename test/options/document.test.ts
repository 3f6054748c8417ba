import { fileURLToPath } from "node:url";
import { format, resolveConfig } from "prettier";
import { describe, expect, it } from "vitest";
import { OPTIONS } from "../../lib/options/table.ts";
import type { AnyOption } from "../../lib/options/option.ts";
import * as sys from "../../lib/sys/index.ts";
import * as socket from "../../lib/sys/sockopt.ts";
import * as filter from "../../lib/sys/sockopt_filter.ts";
import * as ip from "../../lib/sys/sockopt_ip.ts";
import * as ipv6 from "../../lib/sys/sockopt_ipv6.ts";
import * as link from "../../lib/sys/sockopt_link.ts";
import * as sctp from "../../lib/sys/sockopt_sctp.ts";
import * as tcp from "../../lib/sys/sockopt_tcp.ts";
import { python } from "../sys/support.ts";

const PAGE = fileURLToPath(new URL("../../docs/options.md", import.meta.url));

const INTRODUCTION = `# Options of sockets

Written by \`npx vitest run test/options/document.test.ts --update\` out of the table in
\`lib/options/\`: change that, not this page.

\`\`\`ts
import { Socket, sys } from "pollux";

using socket = Socket.open(sys.AF_INET, sys.SOCK_STREAM);
socket.setOption("SO_LINGER", { onoff: true, linger: 5 });
console.log(socket.getOption("TCP_INFO").rtt); // 0

// By level and number, where the table has none: an int, or bytes.
socket.setOption(sys.IPPROTO_TCP, sys.TCP_NODELAY, 1);
console.log(socket.getOption(sys.IPPROTO_TCP, sys.TCP_NODELAY)); // 1
console.log(socket.getOption(sys.SOL_SOCKET, sys.SO_LINGER, 8).length); // 8
\`\`\`

TypeScript knows the type of each by its name, JavaScript gets a TypeError that names option, expected
and received. What the kernel refuses is a SystemError: ENOPROTOOPT where it, or the kind of socket,
does not have the option. "Since" is the first kernel with the option, 2.6 also stands for older ones.
Some need a capability: SO_MARK, SO_RCVBUFFORCE, SO_SNDBUFFORCE, IP_TRANSPARENT and SO_DEBUG want
CAP_NET_ADMIN.

Structures have the fields of C without the prefix that all of them share: \`tcpi_rtt\` is \`rtt\`. An
interface is named by its index or its name, an address is text. The options of SCTP whose answer
depends on an association take it as a query: \`getOption("SCTP_STATUS", { assoc_id })\`.

Not in the table, and refused as bytes too, are options whose value holds a pointer
([decision 5](decisions/0005-refused-socket-options.md)): IP_MSFILTER, MCAST_MSFILTER,
TCP_ZEROCOPY_RECEIVE, XDP_UMEM_REG and the tables of netfilter. Programs of classic BPF are in it: they
are arrays of instructions.
`;

function row([name, { kind, access, since, unit }]: [string, AnyOption]): string {
  const type = `\`${kind.type.replaceAll("|", "\\|")}\``;
  return `| ${name} | ${type} | ${access} | ${since} | ${unit.replaceAll("|", "\\|")} |`;
}

async function page(): Promise<string> {
  const options = Object.entries<AnyOption>(OPTIONS);
  const levels = [...new Set(options.map(([, { levelName }]) => levelName))];
  const tables = levels.map((level) => {
    const rows = options.filter(([, option]) => option.levelName === level).map(row);
    return [
      `\n## ${level}\n`,
      "| option | type | access | since | unit |",
      "| --- | --- | --- | --- | --- |",
      ...rows,
    ].join("\n");
  });
  const config = await resolveConfig(PAGE);
  return await format(`${INTRODUCTION}${tables.join("\n")}\n`, { ...config, parser: "markdown" });
}

describe("docs/options.md", () => {
  it("has the table as it is", async () => {
    await expect(await page()).toMatchFileSnapshot(PAGE);
  });
});

describe("the table of options", () => {
  it("has each option under its own name and number", () => {
    const numbers: Readonly<Record<string, unknown>> = { ...sys };

    for (const [name, { optname, level, levelName }] of Object.entries<AnyOption>(OPTIONS)) {
      expect([name, optname]).toEqual([name, numbers[name]]);
      expect([levelName, level]).toEqual([levelName, numbers[levelName]]);
    }
  });

  it("has every option whose number sys has", () => {
    const numbers = { ...socket, ...filter, ...ip, ...ipv6, ...link, ...sctp, ...tcp };
    const missing = Object.entries(numbers)
      .filter(([name, value]) => typeof value === "number" && !(name in OPTIONS))
      .filter(([name]) => !NO_OPTIONS.test(name));

    expect(missing).toEqual([]);
  });

  it("has every option that Python names", () => {
    const isOption = /^(SO|TCP|IP|IPV6|UDPLITE|CAN_RAW|ALG_SET|TIPC)_/;
    const names = JSON.parse(python("__import__('json').dumps(dir(socket))")) as string[];
    const missing = names
      .filter((name) => isOption.test(name) && !(name in OPTIONS))
      .filter((name) => !NO_OPTIONS_OF_PYTHON.test(name));

    expect(names).toContain("SO_KEEPALIVE");
    expect(missing).toEqual([]);
  });

  it("has every option that the crates rustix, nix and socket2 have a type for", () => {
    expect(Object.keys(OPTIONS)).toEqual(expect.arrayContaining(OF_RUST));
  });
});

// Levels, values of options, a control message, and options that say nothing new.
const VALUES =
  /^(SOL_|IP_PMTUDISC_|PACKET_MR_|TCP_(ESTABLISHED|SYN_|FIN_|TIME_|CLOS|LAST_|LISTEN))|^(SO_BSDCOMPAT|SO_PEERNAME|PACKET_HDRLEN|PACKET_TX_TIMESTAMP)$/;
// Values of options, fields of packets, and numbers that stand in messages.
const FAMILIES_OF_VALUES =
  /^(ALG|BPF|ICMP6?|IPTOS|IPV6_(PMTUDISC|PREFER|RTHDR)|IP_(DEFAULT|MAX)|PACKET_FANOUT|RDS|SKF|SK_MEMINFO|SOCK|SOF|TCPI|TCP_(CA|CM|MD5SIG|NO_QUEUE|RECV_QUEUE|REPAIR|SEND_QUEUE)|TIPC|TLS_(1|CIPHER|GET|SET)|TPACKET|TP|UDP_ENCAP|XDP|XSK)_/;
const SOME_VALUES =
  /^(MCAST_(IN|EX)CLUDE|PACKET_RECV_OUTPUT|TCP_NO_QUEUE|TCP_(SEND|RECV)_QUEUE|IPV?6?_ORIGDSTADDR)$/;
// Options of which only the number is there, for `getsockopt` with bytes: rings that are memory shared with the kernel, lists of
// any length, policies of IPsec, what the C library chooses between (`_OLD`, `_NEW`), and what RFC 3542 has replaced.
const NUMBERS_ONLY =
  /_(OLD|NEW|XFRM_POLICY|IPSEC_POLICY|MSFILTER|PKTOPTIONS|RING)$|^(IPV6_2292|TCP_AO_|MPTCP_(FULL_INFO|SUBFLOW_ADDRS|TCPINFO)|TCP_ZEROCOPY_RECEIVE)/;
const NO_OPTIONS = new RegExp(
  [VALUES, FAMILIES_OF_VALUES, SOME_VALUES, NUMBERS_ONLY].map(({ source }) => source).join("|"),
);

// Values, types of messages, headers of packets, and what is set with a message instead.
const NO_OPTIONS_OF_PYTHON =
  /^IP_(DEFAULT_MULTICAST|MAX_)|^IPV6_(HOPLIMIT|RTHDR_TYPE_0)$|^ALG_SET_(AEAD_ASSOCLEN|IV|OP|PUBKEY)$|^TIPC_(ADDR|CFG|SUB|TOP|WAIT|ZONE|CLUSTER|NODE_SCOPE|PUBLISHED|WITHDRAWN|[A-Z]+_IMPORTANCE)/;

const OF_RUST = [
  ...["ALG_SET_AEAD_AUTHSIZE", "ALG_SET_KEY", "DCCP_SOCKOPT_CCID", "DCCP_SOCKOPT_SERVICE"],
  ...["IP6T_SO_ORIGINAL_DST", "IPV6_DONTFRAG", "IPV6_FREEBIND", "IPV6_HDRINCL", "IPV6_JOIN_GROUP"],
  ...["IPV6_LEAVE_GROUP", "IPV6_MTU", "IPV6_MTU_DISCOVER", "IPV6_MULTICAST_ALL"],
  ...["IPV6_MULTICAST_HOPS", "IPV6_MULTICAST_IF", "IPV6_MULTICAST_LOOP", "IPV6_RECVERR"],
  ...["IPV6_RECVHOPLIMIT", "IPV6_RECVORIGDSTADDR", "IPV6_RECVPKTINFO", "IPV6_RECVTCLASS"],
  ...["IPV6_TCLASS", "IPV6_TRANSPARENT", "IPV6_UNICAST_HOPS", "IPV6_V6ONLY", "IP_ADD_MEMBERSHIP"],
  ...["IP_ADD_SOURCE_MEMBERSHIP", "IP_BIND_ADDRESS_NO_PORT", "IP_DROP_MEMBERSHIP"],
  ...["IP_DROP_SOURCE_MEMBERSHIP", "IP_FREEBIND", "IP_HDRINCL", "IP_MTU", "IP_MTU_DISCOVER"],
  ...["IP_MULTICAST_ALL", "IP_MULTICAST_IF", "IP_MULTICAST_LOOP", "IP_MULTICAST_TTL"],
  ...["IP_PKTINFO", "IP_RECVERR", "IP_RECVORIGDSTADDR", "IP_RECVTOS", "IP_RECVTTL", "IP_TOS"],
  ...["IP_TRANSPARENT", "IP_TTL", "SO_ACCEPTCONN", "SO_ATTACH_FILTER", "SO_ATTACH_REUSEPORT_CBPF"],
  ...["SO_BINDTODEVICE", "SO_BROADCAST", "SO_BUSY_POLL", "SO_COOKIE", "SO_DETACH_FILTER"],
  ...["SO_DOMAIN", "SO_DONTROUTE", "SO_ERROR", "SO_INCOMING_CPU", "SO_KEEPALIVE", "SO_LINGER"],
  ...["SO_LOCK_FILTER", "SO_MARK", "SO_OOBINLINE", "SO_ORIGINAL_DST", "SO_PASSCRED"],
  ...["SO_PEERCRED", "SO_PEERPIDFD", "SO_PREFER_BUSY_POLL", "SO_PRIORITY", "SO_PROTOCOL"],
  ...["SO_RCVBUF", "SO_RCVBUFFORCE", "SO_RCVLOWAT", "SO_RCVTIMEO", "SO_REUSEADDR"],
  ...["SO_REUSEPORT", "SO_RXQ_OVFL", "SO_SNDBUF", "SO_SNDBUFFORCE", "SO_SNDTIMEO"],
  ...["SO_TIMESTAMP", "SO_TIMESTAMPING", "SO_TIMESTAMPNS", "SO_TXTIME", "SO_TYPE"],
  ...["SO_VM_SOCKETS_BUFFER_SIZE", "TCP_CONGESTION", "TCP_CORK", "TCP_FASTOPEN_CONNECT"],
  ...["TCP_INFO", "TCP_KEEPCNT", "TCP_KEEPIDLE", "TCP_KEEPINTVL", "TCP_MAXSEG", "TCP_NODELAY"],
  ...["TCP_NOTSENT_LOWAT", "TCP_QUICKACK", "TCP_REPAIR", "TCP_THIN_LINEAR_TIMEOUTS", "TCP_ULP"],
  ...["TCP_USER_TIMEOUT", "TLS_RX", "TLS_TX", "UDP_GRO", "UDP_SEGMENT", "XDP_MMAP_OFFSETS"],
  ...["XDP_OPTIONS", "XDP_RX_RING", "XDP_STATISTICS", "XDP_TX_RING", "XDP_UMEM_COMPLETION_RING"],
  ...["XDP_UMEM_FILL_RING"],
];
