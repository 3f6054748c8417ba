import { check, SystemError } from "../errors.ts";
import { native } from "../native.ts";

export const IF_NAMESIZE: number = native.IF_NAMESIZE;

/**
 * `if_nametoindex(ifname)`: the index of a network interface. Does not block.
 *
 * @throws SystemError ENODEV: no interface of this name
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
