import { check, SystemError } from "../errors.ts";
import { native } from "../native/native.ts";

// prettier-ignore
export const {
  IF_NAMESIZE, IFF_UP, IFF_BROADCAST, IFF_DEBUG, IFF_LOOPBACK, IFF_POINTOPOINT, IFF_NOTRAILERS,
  IFF_RUNNING, IFF_NOARP, IFF_PROMISC, IFF_ALLMULTI, IFF_MASTER, IFF_SLAVE, IFF_MULTICAST,
  IFF_PORTSEL, IFF_AUTOMEDIA, IFF_DYNAMIC,
} = native;

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
