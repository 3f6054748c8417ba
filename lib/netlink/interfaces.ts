import { isSystemError } from "../errors.ts";
import { INT32, readNumber, UINT16 } from "../memory/fields.ts";
import { FAMILY_SIZE } from "../memory/sockaddr.ts";
import { readText } from "../memory/text.ts";
import { Socket } from "../socket/socket.ts";
import * as sys from "../sys/index.ts";
import type { LinkAddress } from "./address.ts";
import { hardwareText } from "./link.ts";
import { RouteSocket } from "./route_socket.ts";

/** An internet address of a network interface. */
export interface InterfaceAddress {
  readonly family: "IPv4" | "IPv6";
  /** The numeric address. */
  readonly address: string;
  /** The netmask, written as an address. */
  readonly netmask: string;
  /** The broadcast address of the network; IPv4 only. */
  readonly broadcast: string | undefined;
}

/** A network interface and its addresses. */
export interface NetworkInterface {
  /** The name, such as "lo" or "eth0". */
  readonly name: string;
  /** The index by which the kernel identifies it. */
  readonly index: number;
  /** IFF_… bits, such as IFF_UP and IFF_RUNNING. */
  readonly flags: number;
  /** The largest packet, in bytes. */
  readonly mtu: number;
  /** The hardware address in hexadecimal, `02:fc:00:00:00:01`; "" if there is none. */
  readonly hardwareAddress: string;
  /** Its addresses, IPv4 and IPv6. */
  readonly addresses: readonly InterfaceAddress[];
}

/**
 * Lists all network interfaces, up or down, with their IPv4 and IPv6 addresses. Uses rtnetlink(7). Does
 * not block.
 *
 * @throws SystemError EMFILE, ENFILE: no descriptor is free. EINTR: changes interrupted a dump
 * ten times
 * @see https://man7.org/linux/man-pages/man7/rtnetlink.7.html
 */
export function interfaces(): NetworkInterface[] {
  using socket = new RouteSocket();
  const addresses = socket.addresses();
  return socket.links().map(({ name, index, flags, mtu, hardwareAddress }) => ({
    name,
    index,
    flags,
    mtu,
    hardwareAddress,
    addresses: addresses.filter((address) => address.interface === index).map(addressOf),
  }));
}

function addressOf({ family, address, prefixLength, broadcast }: LinkAddress): InterfaceAddress {
  return { family, address, netmask: netmaskOf(family, prefixLength), broadcast };
}

function netmaskOf(family: "IPv4" | "IPv6", prefixLength: number): string {
  const bits = "1".repeat(prefixLength).padEnd(128, "0").match(/.{8}/g) ?? [];
  const mask = Uint8Array.from(bits, (byte) => Number.parseInt(byte, 2));
  return sys.inetNtop(family === "IPv4" ? sys.AF_INET : sys.AF_INET6, mask);
}

/**
 * As {@link interfaces}, but with the ioctl(2) requests of netdevice(7). These report only IPv4
 * addresses and the lower 16 flags. They omit an address whose label is neither the name of its
 * interface nor that name followed by a colon. Does not block.
 *
 * @throws SystemError EMFILE, ENFILE: no descriptor is free
 * @see https://man7.org/linux/man-pages/man7/netdevice.7.html
 */
export function interfacesByIoctl(): NetworkInterface[] {
  using socket = Socket.open(sys.AF_INET, sys.SOCK_DGRAM);
  const { fd } = socket;
  const addresses = readConfiguration(fd);
  return sys.ifNameindex().map(([index, name]) => ({
    name,
    index,
    flags: readNumber(ask(fd, sys.SIOCGIFFLAGS, name), UINT16),
    mtu: readNumber(ask(fd, sys.SIOCGIFMTU, name), INT32),
    hardwareAddress: readHardwareAddress(fd, name),
    addresses: addresses.get(name) ?? [],
  }));
}

/** The IPv4 addresses that SIOCGIFCONF lists, by interface. */
function readConfiguration(fd: number): Map<string, InterfaceAddress[]> {
  const req = readWholeConfiguration(fd);
  const found = new Map<string, InterfaceAddress[]>();
  for (let start = 0; start < req.length; start += sys.IFREQ_SIZE) {
    const ifreq = req.subarray(start, start + sys.IFREQ_SIZE);
    const label = nameIn(ifreq);
    const address = readAddress(fd, ifreq);
    if (address === null) continue;
    // The label of an additional address is the interface's name and a suffix: "eth0:1".
    const name = label.replace(/:.*/, "");
    found.set(name, [...(found.get(name) ?? []), address]);
  }
  return found;
}

function readWholeConfiguration(fd: number): Uint8Array {
  for (;;) {
    // Room for one more than there are: a full list may lack addresses that were added meanwhile.
    const req = new Uint8Array(sys.ioctlIfconf(fd, new Uint8Array()) + sys.IFREQ_SIZE);
    const length = sys.ioctlIfconf(fd, req);
    if (length < req.length) return req.subarray(0, length);
  }
}

// The argument of each request contains the address, which distinguishes two addresses of one
// interface. `null` if the address is gone, or if the kernel finds no interface by its label.
function readAddress(fd: number, ifreq: Uint8Array): InterfaceAddress | null {
  try {
    return askAddress(fd, ifreq);
  } catch (error) {
    if (isSystemError(error, "ENODEV", "EADDRNOTAVAIL")) return null;
    throw error;
  }
}

function askAddress(fd: number, ifreq: Uint8Array): InterfaceAddress {
  const [address, netmask, broadcast] = [
    ifreq.subarray(sys.IFREQ_VALUE_OFFSET),
    askAgain(fd, sys.SIOCGIFNETMASK, ifreq),
    askAgain(fd, sys.SIOCGIFBRDADDR, ifreq),
  ].map((value) => sys.sockaddrInternet(value)?.address);
  return {
    family: "IPv4",
    address: address ?? "",
    netmask: netmask ?? "",
    broadcast: broadcast === "0.0.0.0" ? undefined : broadcast,
  };
}

/** The value that a request writes into a `struct ifreq`. */
function ask(fd: number, op: number, name: string): Uint8Array {
  const ifreq = new Uint8Array(sys.IFREQ_SIZE);
  ifreq.set(Buffer.from(name).subarray(0, sys.IF_NAMESIZE - 1));
  return askAgain(fd, op, ifreq);
}

function askAgain(fd: number, op: number, question: Uint8Array): Uint8Array {
  const ifreq = question.slice();
  sys.ioctl(fd, op, ifreq);
  return ifreq.subarray(sys.IFREQ_VALUE_OFFSET);
}

const ETHERNET_ADDRESS_BYTES = 6;

// The request does not report the length of the address. Reads it only for types with 6 bytes.
function readHardwareAddress(fd: number, name: string): string {
  const value = ask(fd, sys.SIOCGIFHWADDR, name);
  const type = sys.sockaddrFamily(value);
  const known = type === sys.ARPHRD_ETHER || type === sys.ARPHRD_LOOPBACK;
  return known
    ? hardwareText(value.subarray(FAMILY_SIZE, FAMILY_SIZE + ETHERNET_ADDRESS_BYTES))
    : "";
}

function nameIn(ifreq: Uint8Array): string {
  return readText(ifreq.subarray(0, sys.IF_NAMESIZE));
}
