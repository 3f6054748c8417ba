#include <stdint.h>
#include <sys/socket.h>

// After glibc's headers: these then skip what glibc has defined.
#include <linux/sctp.h>

#include "support/export.h"
#include "support/layout.h"
#include "support/newer.h"

namespace {

void AddStructs(Napi::Object exports) {
  {
    LAYOUT(sctp_add_streams);
    FIELD(sas_, assoc_id);
    FIELD(sas_, instrms);
    FIELD(sas_, outstrms);
  }
  {
    LAYOUT(sctp_assoc_stats);
    FIELD(sas_, assoc_id);
    FIELD(sas_, maxrto);
    FIELD(sas_, isacks);
    FIELD(sas_, osacks);
    FIELD(sas_, opackets);
    FIELD(sas_, ipackets);
    FIELD(sas_, rtxchunks);
    FIELD(sas_, outofseqtsns);
    FIELD(sas_, idupchunks);
    FIELD(sas_, gapcnt);
    FIELD(sas_, ouodchunks);
    FIELD(sas_, iuodchunks);
    FIELD(sas_, oodchunks);
    FIELD(sas_, iodchunks);
    FIELD(sas_, octrlchunks);
    FIELD(sas_, ictrlchunks);
  }
  {
    LAYOUT(sctp_assoc_value);
    FIELD(, assoc_id);
    FIELD(, assoc_value);
  }
  {
    LAYOUT(sctp_assocparams);
    FIELD(sasoc_, assoc_id);
    FIELD(sasoc_, asocmaxrxt);
    FIELD(sasoc_, number_peer_destinations);
    FIELD(sasoc_, peer_rwnd);
    FIELD(sasoc_, local_rwnd);
    FIELD(sasoc_, cookie_life);
  }
  {
    LAYOUT(sctp_authkeyid);
    FIELD(scact_, assoc_id);
    FIELD(scact_, keynumber);
  }
  {
    LAYOUT(sctp_default_prinfo);
    FIELD(pr_, assoc_id);
    FIELD(pr_, value);
    FIELD(pr_, policy);
  }
  {
    LAYOUT(sctp_event);
    FIELD(se_, assoc_id);
    FIELD(se_, type);
    FIELD(se_, on);
  }
  {
    LAYOUT(sctp_event_subscribe);
    FIELD(sctp_, data_io_event);
    FIELD(sctp_, association_event);
    FIELD(sctp_, address_event);
    FIELD(sctp_, send_failure_event);
    FIELD(sctp_, peer_error_event);
    FIELD(sctp_, shutdown_event);
    FIELD(sctp_, partial_delivery_event);
    FIELD(sctp_, adaptation_layer_event);
    FIELD(sctp_, authentication_event);
    FIELD(sctp_, sender_dry_event);
  }
  {
    LAYOUT(sctp_getaddrs);
    FIELD(, assoc_id);
    FIELD(, addr_num);
  }
  {
    LAYOUT(sctp_initmsg);
    FIELD(sinit_, num_ostreams);
    FIELD(sinit_, max_instreams);
    FIELD(sinit_, max_attempts);
    FIELD(sinit_, max_init_timeo);
  }
  {
    LAYOUT(sctp_paddrinfo);
    FIELD(spinfo_, assoc_id);
    FIELD(spinfo_, address);
    FIELD(spinfo_, state);
    FIELD(spinfo_, cwnd);
    FIELD(spinfo_, srtt);
    FIELD(spinfo_, rto);
    FIELD(spinfo_, mtu);
  }
  {
    LAYOUT(sctp_paddrparams);
    FIELD(spp_, assoc_id);
    FIELD(spp_, address);
    FIELD(spp_, hbinterval);
    FIELD(spp_, pathmaxrxt);
    FIELD(spp_, pathmtu);
    FIELD(spp_, sackdelay);
    FIELD(spp_, flags);
  }
  {
    LAYOUT(sctp_prim);
    FIELD(ssp_, assoc_id);
    FIELD(ssp_, addr);
  }
  {
    LAYOUT(sctp_rtoinfo);
    FIELD(srto_, assoc_id);
    FIELD(srto_, initial);
    FIELD(srto_, max);
    FIELD(srto_, min);
  }
  {
    LAYOUT(sctp_sack_info);
    FIELD(sack_, assoc_id);
    FIELD(sack_, delay);
    FIELD(sack_, freq);
  }
  {
    LAYOUT(sctp_sndinfo);
    FIELD(snd_, sid);
    FIELD(snd_, flags);
    FIELD(snd_, ppid);
    FIELD(snd_, context);
    FIELD(snd_, assoc_id);
  }
  {
    LAYOUT(sctp_sndrcvinfo);
    FIELD(sinfo_, stream);
    FIELD(sinfo_, ssn);
    FIELD(sinfo_, flags);
    FIELD(sinfo_, ppid);
    FIELD(sinfo_, context);
    FIELD(sinfo_, timetolive);
    FIELD(sinfo_, tsn);
    FIELD(sinfo_, cumtsn);
    FIELD(sinfo_, assoc_id);
  }
  {
    LAYOUT(sctp_status);
    FIELD(sstat_, assoc_id);
    FIELD(sstat_, state);
    FIELD(sstat_, rwnd);
    FIELD(sstat_, unackdata);
    FIELD(sstat_, penddata);
    FIELD(sstat_, instrms);
    FIELD(sstat_, outstrms);
    FIELD(sstat_, fragmentation_point);
  }
}

}  // namespace

void RegisterSockoptSctp(Napi::Object exports) {
  AddStructs(exports);

  EXPORT_CONSTANTS(
      SCTP_ADAPTATION_LAYER, SCTP_ADD_STREAMS, SCTP_ASCONF_SUPPORTED, SCTP_ASSOCINFO,
      SCTP_AUTH_ACTIVE_KEY, SCTP_AUTH_CHUNK, SCTP_AUTH_DEACTIVATE_KEY, SCTP_AUTH_DELETE_KEY,
      SCTP_AUTH_KEY, SCTP_AUTH_SUPPORTED, SCTP_AUTOCLOSE, SCTP_AUTO_ASCONF, SCTP_CONTEXT,
      SCTP_DEFAULT_PRINFO, SCTP_DEFAULT_SEND_PARAM, SCTP_DEFAULT_SNDINFO, SCTP_DELAYED_SACK,
      SCTP_DISABLE_FRAGMENTS, SCTP_ECN_SUPPORTED, SCTP_ENABLE_STREAM_RESET, SCTP_EVENT, SCTP_EVENTS,
      SCTP_EXPOSE_POTENTIALLY_FAILED_STATE, SCTP_FRAGMENT_INTERLEAVE, SCTP_GET_ASSOC_ID_LIST,
      SCTP_GET_ASSOC_NUMBER, SCTP_GET_ASSOC_STATS, SCTP_GET_LOCAL_ADDRS, SCTP_GET_PEER_ADDRS,
      SCTP_GET_PEER_ADDR_INFO, SCTP_HMAC_IDENT, SCTP_INITMSG, SCTP_INTERLEAVING_SUPPORTED,
      SCTP_I_WANT_MAPPED_V4_ADDR, SCTP_LOCAL_AUTH_CHUNKS, SCTP_MAXSEG, SCTP_MAX_BURST, SCTP_NODELAY,
      SCTP_PARTIAL_DELIVERY_POINT, SCTP_PEER_ADDR_PARAMS, SCTP_PEER_AUTH_CHUNKS, SCTP_PRIMARY_ADDR,
      SCTP_PR_SUPPORTED, SCTP_RECONFIG_SUPPORTED, SCTP_RECVNXTINFO, SCTP_RECVRCVINFO,
      SCTP_RESET_ASSOC, SCTP_RESET_STREAMS, SCTP_REUSE_PORT, SCTP_RTOINFO,
      SCTP_SET_PEER_PRIMARY_ADDR, SCTP_SOCKOPT_BINDX_ADD, SCTP_SOCKOPT_BINDX_REM,
      SCTP_SOCKOPT_CONNECTX, SCTP_SOCKOPT_PEELOFF, SCTP_SOCKOPT_PEELOFF_FLAGS, SCTP_STATUS,
      SCTP_STREAM_SCHEDULER);
}
