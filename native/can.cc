#include <linux/can.h>
#include <linux/can/j1939.h>

#include <cstddef>

#include "support/export.h"

void RegisterCan(Napi::Object exports) {
  constexpr size_t sizeof_sockaddr_can = sizeof(sockaddr_can);
  constexpr size_t offsetof_sockaddr_can_ifindex = offsetof(sockaddr_can, can_ifindex);
  constexpr size_t offsetof_sockaddr_can_rx_id = offsetof(sockaddr_can, can_addr.tp.rx_id);
  constexpr size_t offsetof_sockaddr_can_tx_id = offsetof(sockaddr_can, can_addr.tp.tx_id);
  constexpr size_t offsetof_sockaddr_can_name = offsetof(sockaddr_can, can_addr.j1939.name);
  constexpr size_t offsetof_sockaddr_can_pgn = offsetof(sockaddr_can, can_addr.j1939.pgn);
  constexpr size_t offsetof_sockaddr_can_addr = offsetof(sockaddr_can, can_addr.j1939.addr);
  EXPORT_CONSTANT(sizeof_sockaddr_can);
  EXPORT_CONSTANT(offsetof_sockaddr_can_ifindex);
  EXPORT_CONSTANT(offsetof_sockaddr_can_rx_id);
  EXPORT_CONSTANT(offsetof_sockaddr_can_tx_id);
  EXPORT_CONSTANT(offsetof_sockaddr_can_name);
  EXPORT_CONSTANT(offsetof_sockaddr_can_pgn);
  EXPORT_CONSTANT(offsetof_sockaddr_can_addr);

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
