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

  EXPORT_CONSTANT(SCTP_ABORT);
  EXPORT_CONSTANT(SCTP_ADAPTATION_INDICATION);
  EXPORT_CONSTANT(SCTP_ASSOC_CHANGE);
  EXPORT_CONSTANT(SCTP_CANT_STR_ASSOC);
  EXPORT_CONSTANT(SCTP_COMM_LOST);
  EXPORT_CONSTANT(SCTP_CLOSED);
  EXPORT_CONSTANT(SCTP_COMM_UP);
  EXPORT_CONSTANT(SCTP_COOKIE_ECHOED);
  EXPORT_CONSTANT(SCTP_COOKIE_WAIT);
  EXPORT_CONSTANT(SCTP_EMPTY);
  EXPORT_CONSTANT(SCTP_EOF);
  EXPORT_CONSTANT(SCTP_ESTABLISHED);
  EXPORT_CONSTANT(SCTP_PARTIAL_DELIVERY_EVENT);
  EXPORT_CONSTANT(SCTP_PEER_ADDR_CHANGE);
  EXPORT_CONSTANT(SCTP_PR_SCTP_NONE);
  EXPORT_CONSTANT(SCTP_PR_SCTP_PRIO);
  EXPORT_CONSTANT(SCTP_PR_SCTP_RTX);
  EXPORT_CONSTANT(SCTP_PR_SCTP_TTL);
  EXPORT_CONSTANT(SCTP_REMOTE_ERROR);
  EXPORT_CONSTANT(SCTP_RESTART);
  EXPORT_CONSTANT(SCTP_SEND_FAILED);
  EXPORT_CONSTANT(SCTP_SHUTDOWN_ACK_SENT);
  EXPORT_CONSTANT(SCTP_SHUTDOWN_COMP);
  EXPORT_CONSTANT(SCTP_SHUTDOWN_EVENT);
  EXPORT_CONSTANT(SCTP_SHUTDOWN_PENDING);
  EXPORT_CONSTANT(SCTP_SHUTDOWN_RECEIVED);
  EXPORT_CONSTANT(SCTP_SHUTDOWN_SENT);
  EXPORT_CONSTANT(SCTP_UNORDERED);
}
