import { isSystemError } from "../errors.ts";
import * as sys from "../sys/index.ts";
import { decodeLinkAddress, type LinkAddress } from "./address.ts";
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
    const answers = this.dump(sys.RTM_GETADDR, new Uint8Array(sys.structs.ifaddrmsg.sizeof));
    return answers.map(({ payload }) => decodeLinkAddress(payload)).filter(isNotNull);
  }

  /** The routes of all tables, IPv4 and IPv6: RTM_GETROUTE. */
  routes(): Route[] {
    const answers = this.dump(sys.RTM_GETROUTE, new Uint8Array(sys.structs.rtmsg.sizeof));
    return answers.map(({ payload }) => decodeRoute(payload)).filter(isNotNull);
  }
}

/** A change that a {@link RouteMonitor} saw. */
export type RouteChange =
  | { readonly what: "link"; readonly removed: boolean; readonly link: Link }
  | { readonly what: "address"; readonly removed: boolean; readonly address: LinkAddress }
  | { readonly what: "route"; readonly removed: boolean; readonly route: Route }
  /** Some changes are lost: ask a {@link RouteSocket} for all. */
  | { readonly what: "overrun" };

/** What a {@link RouteMonitor} listens to. Default: everything. */
export interface RouteMonitorOptions {
  /** Network interfaces. */
  readonly links?: boolean;
  /** Addresses of interfaces. */
  readonly addresses?: boolean;
  /** Routes of all tables. */
  readonly routes?: boolean;
}

/**
 * Is told by the kernel of every change to interfaces, addresses and routes. Add it to a multiplexer:
 * it is READABLE when there are changes to {@link read}.
 */
export class RouteMonitor extends NetlinkSocket {
  constructor(options: RouteMonitorOptions = {}) {
    const { links = true, addresses = true, routes = true } = options;
    super(
      sys.NETLINK_ROUTE,
      (links ? sys.RTMGRP_LINK : 0) |
        (addresses ? sys.RTMGRP_IPV4_IFADDR | sys.RTMGRP_IPV6_IFADDR : 0) |
        (routes ? sys.RTMGRP_IPV4_ROUTE | sys.RTMGRP_IPV6_ROUTE : 0),
    );
  }

  /** The next changes, as many as one recv(2) brings; `null` where there are none yet. */
  read(): RouteChange[] | null {
    try {
      return this.receive()?.map(changeOf).filter(isNotNull) ?? null;
    } catch (error) {
      if (isSystemError(error, "ENOBUFS")) return [{ what: "overrun" }];
      throw error;
    }
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
