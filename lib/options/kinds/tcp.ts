import * as sys from "../../sys/index.ts";
import { growing, struct } from "./struct.ts";

const { structs } = sys;

/** TCP_REPAIR_WINDOW: `struct tcp_repair_window`. */
export const repairWindow = struct(structs.tcp_repair_window);

/**
 * TCP_INFO: `struct tcp_info`, with field names without "tcpi_". `last_…` is in milliseconds, every
 * other time in microseconds; the rest are bytes, segments and bytes per second. 64-bit numbers are
 * bigints. Fields that this kernel does not report are absent.
 */
export const tcpInfo = growing(structs.tcp_info, "TcpInfo", [
  ...(["pacing_rate", "max_pacing_rate", "bytes_acked", "bytes_received", "segs_out"] as const),
  ...(["segs_in", "notsent_bytes", "min_rtt", "data_segs_in", "data_segs_out"] as const),
  ...(["delivery_rate", "busy_time", "rwnd_limited", "sndbuf_limited", "delivered"] as const),
  ...(["delivered_ce", "bytes_sent", "bytes_retrans", "dsack_dups", "reord_seen"] as const),
  ...(["rcv_ooopack", "snd_wnd"] as const),
]);

/** MPTCP_INFO: `struct mptcp_info`, with field names without "mptcpi_". */
export const mptcpInfo = growing(structs.mptcp_info, "MptcpInfo", [
  ...(["local_addr_used", "local_addr_max", "csum_enabled"] as const),
]);
