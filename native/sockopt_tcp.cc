#include <netinet/in.h>

// After glibc's headers. Not <netinet/tcp.h>: its struct tcp_info lacks newer fields.
#include <linux/mptcp.h>
#include <linux/tcp.h>
#include <linux/tls.h>

#include "support/export.h"
#include "support/layout.h"
#include "support/newer.h"

namespace {

void AddStructs(Napi::Object exports) {
  {
    LAYOUT(mptcp_info);
    FIELD(mptcpi_, subflows);
    FIELD(mptcpi_, add_addr_signal);
    FIELD(mptcpi_, add_addr_accepted);
    FIELD(mptcpi_, subflows_max);
    FIELD(mptcpi_, add_addr_signal_max);
    FIELD(mptcpi_, add_addr_accepted_max);
    FIELD(mptcpi_, flags);
    FIELD(mptcpi_, token);
    FIELD(mptcpi_, local_addr_used);
    FIELD(mptcpi_, local_addr_max);
    FIELD(mptcpi_, csum_enabled);
    FIELD(mptcpi_, write_seq);
    FIELD(mptcpi_, snd_una);
    FIELD(mptcpi_, rcv_nxt);
  }
  {
    LAYOUT(tcp_info);
    FIELD(tcpi_, state);
    FIELD(tcpi_, ca_state);
    FIELD(tcpi_, retransmits);
    FIELD(tcpi_, probes);
    FIELD(tcpi_, backoff);
    FIELD(tcpi_, options);
    FIELD(tcpi_, rto);
    FIELD(tcpi_, ato);
    FIELD(tcpi_, snd_mss);
    FIELD(tcpi_, rcv_mss);
    FIELD(tcpi_, unacked);
    FIELD(tcpi_, sacked);
    FIELD(tcpi_, lost);
    FIELD(tcpi_, retrans);
    FIELD(tcpi_, fackets);
    FIELD(tcpi_, last_data_sent);
    FIELD(tcpi_, last_ack_sent);
    FIELD(tcpi_, last_data_recv);
    FIELD(tcpi_, last_ack_recv);
    FIELD(tcpi_, pmtu);
    FIELD(tcpi_, rcv_ssthresh);
    FIELD(tcpi_, rtt);
    FIELD(tcpi_, rttvar);
    FIELD(tcpi_, snd_ssthresh);
    FIELD(tcpi_, snd_cwnd);
    FIELD(tcpi_, advmss);
    FIELD(tcpi_, reordering);
    FIELD(tcpi_, rcv_rtt);
    FIELD(tcpi_, rcv_space);
    FIELD(tcpi_, total_retrans);
    FIELD(tcpi_, segs_out);
    FIELD(tcpi_, segs_in);
    FIELD(tcpi_, notsent_bytes);
    FIELD(tcpi_, min_rtt);
    FIELD(tcpi_, data_segs_in);
    FIELD(tcpi_, data_segs_out);
    FIELD(tcpi_, delivered);
    FIELD(tcpi_, delivered_ce);
    FIELD(tcpi_, dsack_dups);
    FIELD(tcpi_, reord_seen);
    FIELD(tcpi_, rcv_ooopack);
    FIELD(tcpi_, snd_wnd);
    FIELD(tcpi_, pacing_rate);
    FIELD(tcpi_, max_pacing_rate);
    FIELD(tcpi_, bytes_acked);
    FIELD(tcpi_, bytes_received);
    FIELD(tcpi_, delivery_rate);
    FIELD(tcpi_, busy_time);
    FIELD(tcpi_, rwnd_limited);
    FIELD(tcpi_, sndbuf_limited);
    FIELD(tcpi_, bytes_sent);
    FIELD(tcpi_, bytes_retrans);
    BIT_FIELD(tcpi_, snd_wscale);
    BIT_FIELD(tcpi_, rcv_wscale);
    BIT_FIELD(tcpi_, delivery_rate_app_limited);
    BIT_FIELD(tcpi_, fastopen_client_fail);
  }
  {
    LAYOUT(tcp_repair_window);
    FIELD(, snd_wl1);
    FIELD(, snd_wnd);
    FIELD(, max_window);
    FIELD(, rcv_wnd);
    FIELD(, rcv_wup);
  }
}

}  // namespace

void RegisterSockoptTcp(Napi::Object exports) {
  AddStructs(exports);

  EXPORT_CONSTANTS(
      TCP_CC_INFO, TCP_CONGESTION, TCP_CORK, TCP_DEFER_ACCEPT, TCP_DELACK_MAX_US, TCP_FASTOPEN,
      TCP_FASTOPEN_CONNECT, TCP_FASTOPEN_KEY, TCP_FASTOPEN_NO_COOKIE, TCP_INFO, TCP_INQ,
      TCP_IS_MPTCP, TCP_KEEPCNT, TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_LINGER2, TCP_MAXSEG, TCP_MD5SIG,
      TCP_MD5SIG_EXT, TCP_NODELAY, TCP_NOTSENT_LOWAT, TCP_QUEUE_SEQ, TCP_QUICKACK, TCP_REPAIR,
      TCP_REPAIR_OPTIONS, TCP_REPAIR_QUEUE, TCP_REPAIR_WINDOW, TCP_RTO_MAX_MS, TCP_RTO_MIN_US,
      TCP_SAVED_SYN, TCP_SAVE_SYN, TCP_SYNCNT, TCP_THIN_DUPACK, TCP_THIN_LINEAR_TIMEOUTS,
      TCP_TIMESTAMP, TCP_TX_DELAY, TCP_ULP, TCP_USER_TIMEOUT, TCP_WINDOW_CLAMP, MPTCP_INFO, TLS_RX,
      TLS_RX_EXPECT_NO_PAD, TLS_TX, TLS_TX_ZEROCOPY_RO);

  EXPORT_CONSTANTS(MPTCP_SUBFLOW_ADDRS, MPTCP_TCPINFO, MPTCP_FULL_INFO);
  EXPORT_CONSTANTS(TCPI_OPT_ECN, TCPI_OPT_ECN_SEEN, TCPI_OPT_SACK, TCPI_OPT_SYN_DATA,
                   TCPI_OPT_TIMESTAMPS, TCPI_OPT_WSCALE);
  EXPORT_CONSTANTS(TCP_CA_CWR, TCP_CA_Disorder, TCP_CA_Loss, TCP_CA_Open, TCP_CA_Recovery,
                   TCP_CM_INQ, TCP_MD5SIG_FLAG_PREFIX, TCP_MD5SIG_MAXKEYLEN, TCP_NO_QUEUE,
                   TCP_RECV_QUEUE, TCP_REPAIR_OFF, TCP_REPAIR_OFF_NO_WP, TCP_REPAIR_ON,
                   TCP_SEND_QUEUE, TCP_ZEROCOPY_RECEIVE, TCP_AO_ADD_KEY, TCP_AO_DEL_KEY,
                   TCP_AO_INFO, TCP_AO_GET_KEYS, TCP_AO_REPAIR);
  EXPORT_CONSTANTS(TLS_1_2_VERSION, TLS_1_3_VERSION, TLS_CIPHER_AES_CCM_128, TLS_CIPHER_AES_GCM_128,
                   TLS_CIPHER_AES_GCM_256, TLS_CIPHER_ARIA_GCM_128, TLS_CIPHER_ARIA_GCM_256,
                   TLS_CIPHER_CHACHA20_POLY1305, TLS_CIPHER_SM4_CCM, TLS_CIPHER_SM4_GCM,
                   TLS_GET_RECORD_TYPE, TLS_SET_RECORD_TYPE);
}
