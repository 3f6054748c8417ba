#include <linux/if_packet.h>
#include <net/ethernet.h>

#include <cstddef>

#include "support/export.h"
#include "support/layout.h"

namespace {

void AddStructs(Napi::Object exports) {
  {
    LAYOUT(sockaddr_ll);
    FIELD(sll_, family);
    NETWORK_FIELD(sll_, protocol);
    FIELD(sll_, ifindex);
    FIELD(sll_, hatype);
    FIELD(sll_, pkttype);
    FIELD(sll_, halen);
    FIELD(sll_, addr);
  }
}

}  // namespace

void RegisterPacket(Napi::Object exports) {
  AddStructs(exports);

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
