// Options of other systems, which notes and books mention beside those of Linux.

const WINDOWS: Readonly<Record<string, string>> = {
  SO_CONDITIONAL_ACCEPT: "Linux completes a connection before accept(2) sees it",
  SO_DONTLINGER: "on Linux, set SO_LINGER to { onoff: false, linger: 0 }",
  SO_EXCLUSIVEADDRUSE:
    "on Linux, an address is exclusive unless SO_REUSEADDR or SO_REUSEPORT is set",
  SO_GROUP_ID: "sockets have no groups on Linux",
  SO_GROUP_PRIORITY: "sockets have no groups on Linux",
  SO_MAX_MSG_SIZE: "on Linux, a datagram has at most 65,507 bytes over IPv4",
  SO_PORT_SCALABILITY: "on Linux, see IP_BIND_ADDRESS_NO_PORT",
  SO_RANDOMIZE_PORT: "Linux does this by itself",
  SO_REUSE_MULTICASTPORT: "on Linux, set SO_REUSEADDR",
  SO_REUSE_UNICASTPORT: "on Linux, see IP_BIND_ADDRESS_NO_PORT",
  SO_UPDATE_ACCEPT_CONTEXT: "an accepted socket needs no update on Linux",
  SO_UPDATE_CONNECT_CONTEXT: "a connected socket needs no update on Linux",
};

const BSD: Readonly<Record<string, string>> = {
  IP_RECVDSTADDR: "on Linux, set IP_PKTINFO",
  LOCAL_PEERCRED: "on Linux, get SO_PEERCRED",
  SO_ACCEPTFILTER: "on Linux, set TCP_DEFER_ACCEPT",
  SO_NOSIGPIPE: "on Linux, pass MSG_NOSIGNAL to each call; Socket always does",
  SO_REUSEPORT_LB: "on Linux, SO_REUSEPORT does this",
  SO_SETFIB: "on Linux, set SO_MARK",
  SO_USELOOPBACK: "Linux has no such option",
  TCP_KEEPALIVE: "on Linux, set TCP_KEEPIDLE",
  TCP_NOPUSH: "on Linux, set TCP_CORK",
};

/** The hint for an option that Linux does not have; `null` if the name is unknown. */
export function optionOfOtherSystem(name: string): string | null {
  if (Object.hasOwn(WINDOWS, name)) return `an option of Windows; ${String(WINDOWS[name])}`;
  if (Object.hasOwn(BSD, name)) return `an option of BSD and macOS; ${String(BSD[name])}`;
  return null;
}
