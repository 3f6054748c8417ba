#include <linux/if_packet.h>
#include <net/ethernet.h>

#include <cstddef>

#include "support/export.h"

void RegisterPacket(Napi::Object exports) {
  constexpr size_t sizeof_sockaddr_ll = sizeof(sockaddr_ll);
  constexpr size_t offsetof_sockaddr_ll_protocol = offsetof(sockaddr_ll, sll_protocol);
  constexpr size_t offsetof_sockaddr_ll_ifindex = offsetof(sockaddr_ll, sll_ifindex);
  constexpr size_t offsetof_sockaddr_ll_hatype = offsetof(sockaddr_ll, sll_hatype);
  constexpr size_t offsetof_sockaddr_ll_pkttype = offsetof(sockaddr_ll, sll_pkttype);
  constexpr size_t offsetof_sockaddr_ll_halen = offsetof(sockaddr_ll, sll_halen);
  constexpr size_t offsetof_sockaddr_ll_addr = offsetof(sockaddr_ll, sll_addr);
  EXPORT_CONSTANT(sizeof_sockaddr_ll);
  EXPORT_CONSTANT(offsetof_sockaddr_ll_protocol);
  EXPORT_CONSTANT(offsetof_sockaddr_ll_ifindex);
  EXPORT_CONSTANT(offsetof_sockaddr_ll_hatype);
  EXPORT_CONSTANT(offsetof_sockaddr_ll_pkttype);
  EXPORT_CONSTANT(offsetof_sockaddr_ll_halen);
  EXPORT_CONSTANT(offsetof_sockaddr_ll_addr);

  EXPORT_CONSTANT(PACKET_HOST);
  EXPORT_CONSTANT(PACKET_BROADCAST);
  EXPORT_CONSTANT(PACKET_MULTICAST);
  EXPORT_CONSTANT(PACKET_OTHERHOST);
  EXPORT_CONSTANT(PACKET_OUTGOING);

  EXPORT_CONSTANT(ETH_P_LOOP);
  EXPORT_CONSTANT(ETH_P_IP);
  EXPORT_CONSTANT(ETH_P_ARP);
  EXPORT_CONSTANT(ETH_P_8021Q);
  EXPORT_CONSTANT(ETH_P_IPV6);
  EXPORT_CONSTANT(ETH_P_802_3);
  EXPORT_CONSTANT(ETH_P_ALL);
  EXPORT_CONSTANT(ETH_P_802_2);
  EXPORT_CONSTANT(ETH_P_CAN);
}
