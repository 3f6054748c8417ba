#include <linux/can.h>
#include <linux/can/bcm.h>
#include <linux/can/j1939.h>

#include <cstddef>

#include "support/export.h"
#include "support/layout.h"
#include "support/newer.h"

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
  {
    LAYOUT(bcm_msg_head);
    FIELD(, opcode);
    FIELD(, flags);
    FIELD(, count);
    NESTED_FIELD(ival1_sec, ival1.tv_sec);
    NESTED_FIELD(ival1_usec, ival1.tv_usec);
    NESTED_FIELD(ival2_sec, ival2.tv_sec);
    NESTED_FIELD(ival2_usec, ival2.tv_usec);
    FIELD(, can_id);
    FIELD(, nframes);
  }
  {
    LAYOUT(can_frame);
    FIELD(, can_id);
    NESTED_FIELD(len, can_dlc);
    FIELD(, data);
  }
  {
    LAYOUT(canfd_frame);
    FIELD(, can_id);
    FIELD(, len);
    FIELD(, flags);
    FIELD(, data);
  }
}

}  // namespace

void RegisterCan(Napi::Object exports) {
  AddStructs(exports);

  EXPORT_CONSTANT(CAN_RAW);
  EXPORT_CONSTANT(CAN_BCM);
  EXPORT_CONSTANT(CAN_ISOTP);
  EXPORT_CONSTANT(CAN_J1939);
  EXPORT_CONSTANT(CAN_FD_FRAME);
  EXPORT_CONSTANT(CANFD_BRS);
  EXPORT_CONSTANT(CANFD_ESI);
  EXPORT_CONSTANT(TX_SETUP);
  EXPORT_CONSTANT(TX_DELETE);
  EXPORT_CONSTANT(TX_READ);
  EXPORT_CONSTANT(TX_SEND);
  EXPORT_CONSTANT(RX_SETUP);
  EXPORT_CONSTANT(RX_DELETE);
  EXPORT_CONSTANT(RX_READ);
  EXPORT_CONSTANT(TX_STATUS);
  EXPORT_CONSTANT(TX_EXPIRED);
  EXPORT_CONSTANT(RX_STATUS);
  EXPORT_CONSTANT(RX_TIMEOUT);
  EXPORT_CONSTANT(RX_CHANGED);
  EXPORT_CONSTANT(SETTIMER);
  EXPORT_CONSTANT(STARTTIMER);
  EXPORT_CONSTANT(TX_COUNTEVT);
  EXPORT_CONSTANT(TX_ANNOUNCE);
  EXPORT_CONSTANT(TX_CP_CAN_ID);
  EXPORT_CONSTANT(RX_FILTER_ID);
  EXPORT_CONSTANT(RX_CHECK_DLC);
  EXPORT_CONSTANT(RX_NO_AUTOTIMER);
  EXPORT_CONSTANT(RX_ANNOUNCE_RESUME);
  EXPORT_CONSTANT(TX_RESET_MULTI_IDX);
  EXPORT_CONSTANT(RX_RTR_FRAME);
  EXPORT_CONSTANT(CAN_EFF_FLAG);
  EXPORT_CONSTANT(CAN_RTR_FLAG);
  EXPORT_CONSTANT(CAN_ERR_FLAG);
  EXPORT_CONSTANT(CAN_SFF_MASK);
  EXPORT_CONSTANT(CAN_EFF_MASK);
  EXPORT_CONSTANT(J1939_NO_ADDR);
  EXPORT_CONSTANT(J1939_NO_NAME);
  EXPORT_CONSTANT(J1939_NO_PGN);
}
