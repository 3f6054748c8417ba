#include <linux/can.h>
#include <linux/can/j1939.h>

#include <cstddef>

#include "support/export.h"
#include "support/layout.h"

namespace {

void AddStructs(Napi::Object exports) {
  {
    LAYOUT(sockaddr_can);
    FIELD(can_, family);
    FIELD(can_, ifindex);
    NESTED_FIELD(rx_id, can_addr.tp.rx_id);
    NESTED_FIELD(tx_id, can_addr.tp.tx_id);
    NESTED_FIELD(name, can_addr.j1939.name);
    NESTED_FIELD(pgn, can_addr.j1939.pgn);
    NESTED_FIELD(addr, can_addr.j1939.addr);
  }
}

}  // namespace

void RegisterCan(Napi::Object exports) {
  AddStructs(exports);

  EXPORT_CONSTANT(CAN_RAW);
  EXPORT_CONSTANT(CAN_BCM);
  EXPORT_CONSTANT(CAN_ISOTP);
  EXPORT_CONSTANT(CAN_J1939);
  EXPORT_CONSTANT(CAN_EFF_FLAG);
  EXPORT_CONSTANT(CAN_RTR_FLAG);
  EXPORT_CONSTANT(CAN_ERR_FLAG);
  EXPORT_CONSTANT(CAN_SFF_MASK);
  EXPORT_CONSTANT(CAN_EFF_MASK);
  EXPORT_CONSTANT(J1939_NO_ADDR);
  EXPORT_CONSTANT(J1939_NO_NAME);
  EXPORT_CONSTANT(J1939_NO_PGN);
}
