import { checkInteger } from "../arguments.ts";
import { isSystemError } from "../errors.ts";
import { writeNumbers } from "../memory/structs.ts";
import type { Struct } from "../native/structs.ts";
import * as sys from "../sys/index.ts";
import { decodeLinkAddress, familyName, type LinkAddress } from "./address.ts";
import { decodeLink, type Link } from "./link.ts";
import type { NetlinkMessage } from "./message.ts";
import { decodeRoute, type Route } from "./route.ts";
import { NetlinkSocket } from "./socket.ts";

/** Asks the kernel for its interfaces, addresses and routes, over rtnetlink(7). */
export class RouteSocket extends NetlinkSocket {
  constructor() {
    super(sys.NETLINK_ROUTE);
  }

  /** All network interfaces: RTM_GETLINK. */
  links(): Link[] {
    const answers = this.dump(sys.RTM_GETLINK, new Uint8Array(sys.structs.ifinfomsg.sizeof));
    return answers.map(({ payload }) => decodeLink(payload));
  }

  /** The addresses of all interfaces, IPv4 and IPv6: RTM_GETADDR. */
  addresses(): LinkAddress[] {
    return this.#ofBothFamilies(sys.RTM_GETADDR, sys.structs.ifaddrmsg, decodeLinkAddress);
  }

  /** The routes of all tables, IPv4 and IPv6: RTM_GETROUTE. */
  routes(): Route[] {
    return this.#ofBothFamilies(sys.RTM_GETROUTE, sys.structs.rtmsg, decodeRoute);
  }

  // Each on its own, because only then the kernel says that a change came between. Where it does not
  // know a family, it answers with all others.
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
  /** Some changes are lost: ask a {@link RouteSocket} for all. */
  | { readonly what: "overrun" };

/** What a {@link RouteMonitor} listens to, by default everything, and how much it keeps. */
export interface RouteMonitorOptions {
  /** Network interfaces. */
  readonly links?: boolean;
  /** Addresses of interfaces. */
  readonly addresses?: boolean;
  /** Routes of all tables. */
  readonly routes?: boolean;
  /**
   * Bytes for changes that wait to be read, beyond net.core.rmem_max only with CAP_NET_ADMIN. Default:
   * net.core.rmem_default, which is about 250 changes.
   */
  readonly receiveBuffer?: number;
}

/**
 * Reports changes of interfaces, addresses and routes. Add it to a multiplexer: it is READABLE when there
 * are changes to {@link read}.
 *
 * The kernel does not report IPv4 routes that go because their interface goes down or away, or because
 * their source address does. Where they matter, ask a {@link RouteSocket} for the routes after such a
 * change of a link or an address.
 */
export class RouteMonitor extends NetlinkSocket {
  constructor(options: RouteMonitorOptions = {}) {
    const { links = true, addresses = true, routes = true, receiveBuffer } = options;
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
   * The next changes, as many as one recv(2) brings; `null` where there are none yet. Call it until then:
   * changes that came while a request was answered are kept, and no multiplexer tells of them.
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

/** The kernel doubles what it is given, to have room for its own structures. */
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
