import * as sys from "../../sys/index.ts";
import { bool, bytes, int, text, uint } from "../kinds/scalars.ts";
import { mptcpInfo, repairWindow, tcpInfo } from "../kinds/tcp.ts";
import { at } from "../option.ts";

const { r, w, rw } = at("SOL_TCP", sys.SOL_TCP);
const mptcp = at("SOL_MPTCP", sys.SOL_MPTCP);
const tls = at("SOL_TLS", sys.SOL_TLS);
const ALGORITHM_NAME_SIZE = 16;

/** The options of tcp(7), and of Multipath TCP and kernel TLS, which build on it. */
export const TCP_LEVEL = {
  TCP_CC_INFO: r(sys.TCP_CC_INFO, bytes, "4.1", "union tcp_cc_info"),
  TCP_CONGESTION: rw(sys.TCP_CONGESTION, text(ALGORITHM_NAME_SIZE), "2.6.13"),
  TCP_CORK: rw(sys.TCP_CORK, bool),
  TCP_DEFER_ACCEPT: rw(sys.TCP_DEFER_ACCEPT, int, "2.6", "seconds, rounded to retransmissions"),
  TCP_DELACK_MAX_US: rw(sys.TCP_DELACK_MAX_US, int, "6.16", "µs"),
  TCP_FASTOPEN: rw(sys.TCP_FASTOPEN, int, "3.7", "pending connections"),
  TCP_FASTOPEN_CONNECT: rw(sys.TCP_FASTOPEN_CONNECT, bool, "4.11"),
  TCP_FASTOPEN_KEY: rw(sys.TCP_FASTOPEN_KEY, bytes, "4.15", "16 or 32 bytes"),
  TCP_FASTOPEN_NO_COOKIE: rw(sys.TCP_FASTOPEN_NO_COOKIE, bool, "4.15"),
  TCP_INFO: r(sys.TCP_INFO, tcpInfo),
  TCP_INQ: rw(sys.TCP_INQ, bool, "4.18"),
  TCP_IS_MPTCP: r(sys.TCP_IS_MPTCP, bool, "5.16"),
  TCP_KEEPCNT: rw(sys.TCP_KEEPCNT, int, "2.6", "probes"),
  TCP_KEEPIDLE: rw(sys.TCP_KEEPIDLE, int, "2.6", "seconds"),
  TCP_KEEPINTVL: rw(sys.TCP_KEEPINTVL, int, "2.6", "seconds"),
  TCP_LINGER2: rw(sys.TCP_LINGER2, int, "2.6", "seconds"),
  TCP_MAXSEG: rw(sys.TCP_MAXSEG, int, "2.6", "bytes"),
  TCP_MD5SIG: w(sys.TCP_MD5SIG, bytes, "2.6.20", "struct tcp_md5sig"),
  TCP_MD5SIG_EXT: w(sys.TCP_MD5SIG_EXT, bytes, "4.13", "struct tcp_md5sig"),
  TCP_NODELAY: rw(sys.TCP_NODELAY, bool),
  TCP_NOTSENT_LOWAT: rw(sys.TCP_NOTSENT_LOWAT, uint, "3.12", "bytes"),
  TCP_QUEUE_SEQ: rw(sys.TCP_QUEUE_SEQ, uint, "3.5"),
  TCP_QUICKACK: rw(sys.TCP_QUICKACK, bool),
  TCP_REPAIR: rw(sys.TCP_REPAIR, int, "3.5", "TCP_REPAIR_…"),
  TCP_REPAIR_OPTIONS: w(sys.TCP_REPAIR_OPTIONS, bytes, "3.5", "struct tcp_repair_opt[]"),
  TCP_REPAIR_QUEUE: rw(sys.TCP_REPAIR_QUEUE, int, "3.5"),
  TCP_REPAIR_WINDOW: rw(sys.TCP_REPAIR_WINDOW, repairWindow, "4.8"),
  TCP_RTO_MAX_MS: rw(sys.TCP_RTO_MAX_MS, int, "6.15", "ms"),
  TCP_RTO_MIN_US: rw(sys.TCP_RTO_MIN_US, int, "6.16", "µs"),
  TCP_SAVED_SYN: r(sys.TCP_SAVED_SYN, bytes, "4.2", "headers, once"),
  TCP_SAVE_SYN: rw(sys.TCP_SAVE_SYN, int, "4.2"),
  TCP_SYNCNT: rw(sys.TCP_SYNCNT, int, "2.6", "retransmissions"),
  TCP_THIN_DUPACK: rw(sys.TCP_THIN_DUPACK, bool, "2.6.34", "without effect since 4.11"),
  TCP_THIN_LINEAR_TIMEOUTS: rw(sys.TCP_THIN_LINEAR_TIMEOUTS, bool, "2.6.34"),
  TCP_TIMESTAMP: rw(sys.TCP_TIMESTAMP, uint, "3.9"),
  TCP_TX_DELAY: rw(sys.TCP_TX_DELAY, int, "5.3", "µs"),
  TCP_ULP: rw(sys.TCP_ULP, text(ALGORITHM_NAME_SIZE), "4.13", "upper layer protocol"),
  TCP_USER_TIMEOUT: rw(sys.TCP_USER_TIMEOUT, int, "2.6.37", "ms"),
  TCP_WINDOW_CLAMP: rw(sys.TCP_WINDOW_CLAMP, int, "2.6", "bytes"),

  MPTCP_INFO: mptcp.r(sys.MPTCP_INFO, mptcpInfo, "5.16"),

  TLS_RX: tls.rw(sys.TLS_RX, bytes, "4.17", "struct tls12_crypto_info_…"),
  TLS_RX_EXPECT_NO_PAD: tls.rw(sys.TLS_RX_EXPECT_NO_PAD, bool, "6.0"),
  TLS_TX: tls.rw(sys.TLS_TX, bytes, "4.13", "struct tls12_crypto_info_…"),
  TLS_TX_ZEROCOPY_RO: tls.rw(sys.TLS_TX_ZEROCOPY_RO, bool, "5.19"),
};
