import type { Address } from "../address/address.ts";
import { Socket } from "../socket/socket.ts";
import * as sys from "../sys/index.ts";

/**
 * A bound UDP socket that says of each datagram which address it was sent to, and how many hops it had left.
 *
 * @throws SystemError as `Socket.bind`
 */
export function openUdpSocket(local: Address): Socket {
  const socket = Socket.open(local.family, sys.SOCK_DGRAM);
  try {
    if (local.family === sys.AF_INET6) {
      socket.setOption("IPV6_RECVPKTINFO", true).setOption("IPV6_RECVHOPLIMIT", true);
    } else {
      socket.setOption("IP_PKTINFO", true);
    }
    // For IPv4, which IPv6 sockets receive as well.
    socket.setOption("IP_RECVTTL", true);
    return socket.bind(local);
  } catch (error) {
    socket.close();
    throw error;
  }
}
