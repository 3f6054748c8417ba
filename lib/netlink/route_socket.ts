import { aBoolean, anInteger, checkInteger, type OptionTable, readOptions } from "../arguments.ts";
import { isSystemError } from "../errors.ts";
import { writeNumbers } from "../memory/structs.ts";
import type { Struct } from "../native/structs.ts";
import * as sys from "../sys/index.ts";
import { decodeLinkAddress, familyName, type LinkAddress } from "./address.ts";
import { decodeLink, type Link } from "./link.ts";
import type { NetlinkMessage } from "./message.ts";
import { decodeRoute, type Route } from "./route.ts";
import { NetlinkSocket } from "./socket.ts";

/**
 * Asks the kernel for its interfaces, addresses and routes, over rtnetlink(7). No method blocks.
 *
 * @see https://man7.org/linux/man-pages/man7/rtnetlink.7.html
 */
export class RouteSocket extends NetlinkSocket {
  constructor() {
    super(sys.NETLINK_ROUTE);
  }

  /** All network interfaces: RTM_GETLINK. @throws SystemError as {@link dump} */
  links(): Link[] {
    const answers = this.dump(sys.RTM_GETLINK, new Uint8Array(sys.structs.ifinfomsg.sizeof));
    return answers.map(({ payload }) => decodeLink(payload));
  }

  /** The addresses of all interfaces, IPv4 and IPv6: RTM_GETADDR. @throws SystemError as {@link dump} */
  addresses(): LinkAddress[] {
    return this.#ofBothFamilies(sys.RTM_GETADDR, sys.structs.ifaddrmsg, decodeLinkAddress);
  }

  /** The routes of all tables, IPv4 and IPv6: RTM_GETROUTE. @throws SystemError as {@link dump} */
  routes(): Route[] {
    return this.#ofBothFamilies(sys.RTM_GETROUTE, sys.structs.rtmsg, decodeRoute);
  }

  // One request for each family: only then does the kernel report that a change interrupted the dump.
  // For a family that it does not know, it returns the entries of all others.
  #ofBothFamilies<T extends LinkAddress | Route>(
    type: number,
    struct: Struct<"family">,
    decode: (payload: Uint8Array) => T | null,
  ): T[] {
    return [sys.AF_INET, sys.AF_INET6].flatMap((family) =>
      this.dump(type, writeNumbers(struct, { family }))
        .map(({ payload }) => decode(payload))
        .filter(isNotNull)
        .filter((one) => one.family === familyName(family)),
    );
  }
}

/** A change that a {@link RouteMonitor} saw. */
export type RouteChange =
  | { readonly what: "link"; readonly removed: boolean; readonly link: Link }
  | { readonly what: "address"; readonly removed: boolean; readonly address: LinkAddress }
  | { readonly what: "route"; readonly removed: boolean; readonly route: Route }
  /** Some changes are lost: read everything again with a {@link RouteSocket}. */
  | { readonly what: "overrun" };

/** What a {@link RouteMonitor} listens to, and the size of its buffer. */
export interface RouteMonitorOptions {
  /** Whether to report network interfaces. Default: `true`. */
  readonly links?: boolean;
  /** Whether to report addresses of interfaces. Default: `true`. */
  readonly addresses?: boolean;
  /** Whether to report routes, of all tables. Default: `true`. */
  readonly routes?: boolean;
  /**
   * The buffer for unread changes, in bytes. More than net.core.rmem_max requires CAP_NET_ADMIN.
   * Default: net.core.rmem_default, which holds about 250 changes.
   */
  readonly receiveBuffer?: number;
}

const OPTIONS: OptionTable<RouteMonitorOptions> = {
  links: aBoolean,
  addresses: aBoolean,
  routes: aBoolean,
  receiveBuffer: anInteger(0, 2 ** 30),
};

/**
 * Reports changes of interfaces, addresses and routes. Add it to a multiplexer: it is READABLE when there
 * are changes to {@link read}.
 *
 * The kernel does not report an IPv4 route that it removes because the interface goes down or is
 * removed, or because the route's source address is removed. If these routes matter, read them with a
 * {@link RouteSocket} after such a change of a link or an address.
 *
 * @see https://man7.org/linux/man-pages/man7/rtnetlink.7.html
 */
export class RouteMonitor extends NetlinkSocket {
  constructor(options: RouteMonitorOptions = {}) {
    const {
      links = true,
      addresses = true,
      routes = true,
      receiveBuffer,
    } = readOptions(options, OPTIONS);
    super(
      sys.NETLINK_ROUTE,
      (links ? sys.RTMGRP_LINK : 0) |
        (addresses ? sys.RTMGRP_IPV4_IFADDR | sys.RTMGRP_IPV6_IFADDR : 0) |
        (routes ? sys.RTMGRP_IPV4_ROUTE | sys.RTMGRP_IPV6_ROUTE : 0),
    );
    if (receiveBuffer === undefined) return;
    try {
      setReceiveBuffer(this.fd, receiveBuffer);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /**
   * Returns the next changes, as many as one recv(2) returns; `null` if there are none. Call it until it
   * returns `null`: changes that arrived during a request are kept here, and a multiplexer does not report
   * them. Does not block.
   *
   * @throws SystemError as {@link receive}, except ENOBUFS, which is the change "overrun"
   */
  read(): RouteChange[] | null {
    try {
      return this.receive()?.map(changeOf).filter(isNotNull) ?? null;
    } catch (error) {
      if (isSystemError(error, "ENOBUFS")) return [{ what: "overrun" }];
      throw error;
    }
  }
}

/** Sets the buffer size. The kernel doubles it, to have room for its own structures. */
function setReceiveBuffer(fd: number, bytes: number): void {
  checkInteger(bytes, "receiveBuffer", 0, 2 ** 30);
  try {
    sys.setsockopt(fd, sys.SOL_SOCKET, sys.SO_RCVBUFFORCE, bytes);
  } catch (error) {
    if (!isSystemError(error, "EPERM")) throw error;
    sys.setsockopt(fd, sys.SOL_SOCKET, sys.SO_RCVBUF, bytes);
  }
}

function changeOf({ type, payload }: NetlinkMessage): RouteChange | null {
  switch (type) {
    case sys.RTM_NEWLINK:
    case sys.RTM_DELLINK:
      return { what: "link", removed: type === sys.RTM_DELLINK, link: decodeLink(payload) };
    case sys.RTM_NEWADDR:
    case sys.RTM_DELADDR: {
      const address = decodeLinkAddress(payload);
      return address && { what: "address", removed: type === sys.RTM_DELADDR, address };
    }
    case sys.RTM_NEWROUTE:
    case sys.RTM_DELROUTE: {
      const route = decodeRoute(payload);
      return route && { what: "route", removed: type === sys.RTM_DELROUTE, route };
    }
    default:
      return null;
  }
}

function isNotNull<T>(value: T | null): value is T {
  return value !== null;
}
