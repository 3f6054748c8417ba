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

  EXPORT_CONSTANT(TCP_CC_INFO);
  EXPORT_CONSTANT(TCP_CONGESTION);
  EXPORT_CONSTANT(TCP_CORK);
  EXPORT_CONSTANT(TCP_DEFER_ACCEPT);
  EXPORT_CONSTANT(TCP_DELACK_MAX_US);
  EXPORT_CONSTANT(TCP_FASTOPEN);
  EXPORT_CONSTANT(TCP_FASTOPEN_CONNECT);
  EXPORT_CONSTANT(TCP_FASTOPEN_KEY);
  EXPORT_CONSTANT(TCP_FASTOPEN_NO_COOKIE);
  EXPORT_CONSTANT(TCP_INFO);
  EXPORT_CONSTANT(TCP_INQ);
  EXPORT_CONSTANT(TCP_IS_MPTCP);
  EXPORT_CONSTANT(TCP_KEEPCNT);
  EXPORT_CONSTANT(TCP_KEEPIDLE);
  EXPORT_CONSTANT(TCP_KEEPINTVL);
  EXPORT_CONSTANT(TCP_LINGER2);
  EXPORT_CONSTANT(TCP_MAXSEG);
  EXPORT_CONSTANT(TCP_MD5SIG);
  EXPORT_CONSTANT(TCP_MD5SIG_EXT);
  EXPORT_CONSTANT(TCP_NODELAY);
  EXPORT_CONSTANT(TCP_NOTSENT_LOWAT);
  EXPORT_CONSTANT(TCP_QUEUE_SEQ);
  EXPORT_CONSTANT(TCP_QUICKACK);
  EXPORT_CONSTANT(TCP_REPAIR);
  EXPORT_CONSTANT(TCP_REPAIR_OPTIONS);
  EXPORT_CONSTANT(TCP_REPAIR_QUEUE);
  EXPORT_CONSTANT(TCP_REPAIR_WINDOW);
  EXPORT_CONSTANT(TCP_RTO_MAX_MS);
  EXPORT_CONSTANT(TCP_RTO_MIN_US);
  EXPORT_CONSTANT(TCP_SAVED_SYN);
  EXPORT_CONSTANT(TCP_SAVE_SYN);
  EXPORT_CONSTANT(TCP_SYNCNT);
  EXPORT_CONSTANT(TCP_THIN_DUPACK);
  EXPORT_CONSTANT(TCP_THIN_LINEAR_TIMEOUTS);
  EXPORT_CONSTANT(TCP_TIMESTAMP);
  EXPORT_CONSTANT(TCP_TX_DELAY);
  EXPORT_CONSTANT(TCP_ULP);
  EXPORT_CONSTANT(TCP_USER_TIMEOUT);
  EXPORT_CONSTANT(TCP_WINDOW_CLAMP);
  EXPORT_CONSTANT(MPTCP_INFO);
  EXPORT_CONSTANT(TLS_RX);
  EXPORT_CONSTANT(TLS_RX_EXPECT_NO_PAD);
  EXPORT_CONSTANT(TLS_TX);
  EXPORT_CONSTANT(TLS_TX_ZEROCOPY_RO);
}
