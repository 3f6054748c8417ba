#include <stdint.h>
#include <sys/socket.h>

// After glibc's headers: these then skip what glibc has defined.
#include <linux/sctp.h>

#include "support/export.h"
#include "support/layout.h"

namespace {

// union sctp_notification: the data received with MSG_NOTIFICATION. All members begin with the same
// fields.
void AddNotifications(Napi::Object exports) {
  {
    LAYOUT(sctp_assoc_change);
    FIELD(sac_, type);
    FIELD(sac_, flags);
    FIELD(sac_, length);
    FIELD(sac_, state);
    FIELD(sac_, error);
    FIELD(sac_, outbound_streams);
    FIELD(sac_, inbound_streams);
    FIELD(sac_, assoc_id);
  }
  {
    LAYOUT(sctp_paddr_change);
    FIELD(spc_, type);
    FIELD(spc_, flags);
    FIELD(spc_, length);
    FIELD(spc_, aaddr);
    FIELD(spc_, state);
    FIELD(spc_, error);
    FIELD(spc_, assoc_id);
  }
  {
    LAYOUT(sctp_shutdown_event);
    FIELD(sse_, type);
    FIELD(sse_, flags);
    FIELD(sse_, length);
    FIELD(sse_, assoc_id);
  }
}

}  // namespace

void RegisterSctp(Napi::Object exports) {
  AddNotifications(exports);

  EXPORT_CONSTANTS(SCTP_ABORT, SCTP_ADAPTATION_INDICATION, SCTP_ASSOC_CHANGE, SCTP_CANT_STR_ASSOC,
                   SCTP_COMM_LOST, SCTP_CLOSED, SCTP_COMM_UP, SCTP_COOKIE_ECHOED, SCTP_COOKIE_WAIT,
                   SCTP_EMPTY, SCTP_EOF, SCTP_ESTABLISHED, SCTP_PARTIAL_DELIVERY_EVENT,
                   SCTP_PEER_ADDR_CHANGE, SCTP_PR_SCTP_NONE, SCTP_PR_SCTP_PRIO, SCTP_PR_SCTP_RTX,
                   SCTP_PR_SCTP_TTL, SCTP_REMOTE_ERROR, SCTP_RESTART, SCTP_SEND_FAILED,
                   SCTP_SHUTDOWN_ACK_SENT, SCTP_SHUTDOWN_COMP, SCTP_SHUTDOWN_EVENT,
                   SCTP_SHUTDOWN_PENDING, SCTP_SHUTDOWN_RECEIVED, SCTP_SHUTDOWN_SENT,
                   SCTP_UNORDERED);
}
