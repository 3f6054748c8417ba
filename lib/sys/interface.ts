import { check, SystemError } from "../errors.ts";
import { native } from "../native/native.ts";

export const IF_NAMESIZE: number = native.IF_NAMESIZE;
export const IFF_UP: number = native.IFF_UP;
export const IFF_BROADCAST: number = native.IFF_BROADCAST;
export const IFF_DEBUG: number = native.IFF_DEBUG;
export const IFF_LOOPBACK: number = native.IFF_LOOPBACK;
export const IFF_POINTOPOINT: number = native.IFF_POINTOPOINT;
export const IFF_NOTRAILERS: number = native.IFF_NOTRAILERS;
export const IFF_RUNNING: number = native.IFF_RUNNING;
export const IFF_NOARP: number = native.IFF_NOARP;
export const IFF_PROMISC: number = native.IFF_PROMISC;
export const IFF_ALLMULTI: number = native.IFF_ALLMULTI;
export const IFF_MASTER: number = native.IFF_MASTER;
export const IFF_SLAVE: number = native.IFF_SLAVE;
export const IFF_MULTICAST: number = native.IFF_MULTICAST;
export const IFF_PORTSEL: number = native.IFF_PORTSEL;
export const IFF_AUTOMEDIA: number = native.IFF_AUTOMEDIA;
export const IFF_DYNAMIC: number = native.IFF_DYNAMIC;

/**
 * `if_nametoindex(ifname)`: the index of a network interface. Does not block.
 *
 * @throws SystemError ENODEV: no interface has this name
 * @see https://man7.org/linux/man-pages/man3/if_nametoindex.3.html
 */
export function ifNametoindex(ifname: string): number {
  return check(native.if_nametoindex(ifname), "if_nametoindex");
}

/**
 * `if_indextoname(ifindex, ifname)`: the name of a network interface. Does not block.
 *
 * @throws SystemError ENXIO: no interface has this index
 * @see https://man7.org/linux/man-pages/man3/if_indextoname.3.html
 */
export function ifIndextoname(ifindex: number): string {
  const result = native.if_indextoname(ifindex);
  if (typeof result === "number") throw new SystemError(-result, "if_indextoname");
  return result;
}

/**
 * `if_nameindex()`: the index and name of every network interface. Does not block.
 *
 * @throws SystemError ENOBUFS
 * @see https://man7.org/linux/man-pages/man3/if_nameindex.3.html
 */
export function ifNameindex(): [ifindex: number, ifname: string][] {
  const result = native.if_nameindex();
  if (typeof result === "number") throw new SystemError(-result, "if_nameindex");
  return result;
}
