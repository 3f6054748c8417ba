import * as sys from "../../sys/index.ts";
import { growing, struct } from "./struct.ts";

const { structs } = sys;

/** TCP_REPAIR_WINDOW. */
export const repairWindow = struct(structs.tcp_repair_window);

/**
 * TCP_INFO: `struct tcp_info`, its fields without "tcpi_". `last_…` are milliseconds, all other times
 * microseconds, the rest bytes, segments and bytes per second. Numbers of 64 bits are bigints. Absent
 * is what this kernel does not tell.
 */
export const tcpInfo = growing(structs.tcp_info, "TcpInfo", [
  ...(["pacing_rate", "max_pacing_rate", "bytes_acked", "bytes_received", "segs_out"] as const),
  ...(["segs_in", "notsent_bytes", "min_rtt", "data_segs_in", "data_segs_out"] as const),
  ...(["delivery_rate", "busy_time", "rwnd_limited", "sndbuf_limited", "delivered"] as const),
  ...(["delivered_ce", "bytes_sent", "bytes_retrans", "dsack_dups", "reord_seen"] as const),
  ...(["rcv_ooopack", "snd_wnd"] as const),
]);

/** MPTCP_INFO: `struct mptcp_info`, its fields without "mptcpi_". */
export const mptcpInfo = growing(structs.mptcp_info, "MptcpInfo", [
  ...(["local_addr_used", "local_addr_max", "csum_enabled"] as const),
]);
