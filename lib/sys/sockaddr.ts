import { checkInteger, invalidArgType, invalidArgValue, outOfRange } from "../arguments.ts";
import { SystemError } from "../errors.ts";
import { isOfFamily, LITTLE_ENDIAN, ofFamily, viewOf } from "../memory/bytes.ts";
import { type Bytes, native } from "../native/native.ts";

const { AF_INET, AF_INET6, AF_UNIX } = native;
const IPV4_SIZE = 4;
const IPV6_SIZE = 16;
const FAMILY_SIZE = Uint16Array.BYTES_PER_ELEMENT;

/** `sizeof(struct sockaddr_un)`: the longest unix address that the kernel takes, in bytes. */
export const SOCKADDR_UN_SIZE: number = native.sizeof_sockaddr_un;

/** `sizeof(((struct sockaddr_un*)0)->sun_path)`: bytes of the longest unix path or abstract name. */
export const SUN_PATH_SIZE: number = native.sizeof_sockaddr_un - native.offsetof_sockaddr_un_path;

/**
 * `inet_pton(af, src, dst)`: an address as text to its bytes in network order.
 *
 * @param af - AF_INET or AF_INET6
 * @returns 4 or 16 bytes, or `null` where `src` is not an address of this family
 * @throws SystemError EAFNOSUPPORT: another family
 * @see https://man7.org/linux/man-pages/man3/inet_pton.3.html
 */
export function inetPton(af: number, src: string): Uint8Array | null {
  const dst = new Uint8Array(af === AF_INET ? IPV4_SIZE : IPV6_SIZE);
  const result = native.inet_pton(af, src, dst);
  if (result < 0) throw new SystemError(-result, "inet_pton");
  return result === 0 ? null : dst;
}

/**
 * `inet_ntop(af, src, dst, size)`: the bytes of an address in network order as text.
 *
 * @param af - AF_INET or AF_INET6
 * @param src - at least 4 or 16 bytes
 * @throws SystemError EAFNOSUPPORT: another family. RangeError: too few bytes
 * @see https://man7.org/linux/man-pages/man3/inet_ntop.3.html
 */
export function inetNtop(af: number, src: Bytes): string {
  const result = native.inet_ntop(af, src);
  if (typeof result === "number") throw new SystemError(-result, "inet_ntop");
  return result;
}

/** What a `struct sockaddr_in` or `sockaddr_in6` says. */
export interface InternetAddress {
  /** The address, in numbers. */
  readonly address: string;
  /** The port, in the order of this machine. */
  readonly port: number;
  /** IPv6 only: the flow information, 0 where it is not used. */
  readonly flowInfo?: number;
  /** IPv6 only: the index of the interface that a link-local address belongs to. */
  readonly scopeId?: number;
}

/**
 * A `struct sockaddr_in`.
 *
 * @param address - as inet_pton(3) takes it: four decimal numbers
 * @param port - 0 … 65535; 0 lets bind(2) choose
 * @throws TypeError ERR_INVALID_ARG_VALUE: not an address. RangeError: not a port
 * @see https://man7.org/linux/man-pages/man7/ip.7.html
 */
export function sockaddrIn(address: string, port: number): Uint8Array {
  const [bytes, view] = ofFamily(native.sizeof_sockaddr_in, AF_INET);
  view.setUint16(native.offsetof_sockaddr_in_port, checkPort(port));
  bytes.set(parse(AF_INET, address), native.offsetof_sockaddr_in_addr);
  return bytes;
}

/**
 * A `struct sockaddr_in6`.
 *
 * @param address - as inet_pton(3) takes it, without a zone
 * @param port - 0 … 65535; 0 lets bind(2) choose
 * @throws TypeError ERR_INVALID_ARG_VALUE: not an address. RangeError: not a port, flow or scope
 * @see https://man7.org/linux/man-pages/man7/ipv6.7.html
 */
export function sockaddrIn6(address: string, port: number, flowInfo = 0, scopeId = 0): Uint8Array {
  const [bytes, view] = ofFamily(native.sizeof_sockaddr_in6, AF_INET6);
  view.setUint16(native.offsetof_sockaddr_in6_port, checkPort(port));
  view.setUint32(
    native.offsetof_sockaddr_in6_flowinfo,
    checkInteger(flowInfo, "flowInfo", 0, 2 ** 32 - 1),
  );
  bytes.set(parse(AF_INET6, address), native.offsetof_sockaddr_in6_addr);
  // In the machine's byte order, unlike the others.
  view.setUint32(
    native.offsetof_sockaddr_in6_scope_id,
    checkInteger(scopeId, "scopeId", 0, 2 ** 32 - 1),
    LITTLE_ENDIAN,
  );
  return bytes;
}

/**
 * A `struct sockaddr_un`, as long as its name needs.
 *
 * @param path - a path; a name that starts with a NUL byte is abstract and taken exactly as long as
 * it is; an empty one is unnamed. Bytes where it is not UTF-8
 * @throws RangeError: longer than SUN_PATH_SIZE. TypeError ERR_INVALID_ARG_VALUE: a NUL inside a path
 * @see https://man7.org/linux/man-pages/man7/unix.7.html
 */
export function sockaddrUn(path: string | Uint8Array): Uint8Array {
  if (typeof path !== "string" && !(path instanceof Uint8Array)) {
    throw invalidArgType("path", "a string or a Uint8Array", path);
  }
  const name = typeof path === "string" ? new TextEncoder().encode(path) : path;
  const isPath = name.length > 0 && name[0] !== 0;
  if (isPath && name.includes(0)) throw invalidArgValue("path", "without NUL bytes", path);
  if (name.length > SUN_PATH_SIZE) {
    throw outOfRange("path", `at most ${String(SUN_PATH_SIZE)} bytes long`, name.length);
  }
  // The kernel takes a path that fills sun_path without the NUL at its end.
  const size = Math.min(name.length + (isPath ? 1 : 0), SUN_PATH_SIZE);
  const [bytes] = ofFamily(native.offsetof_sockaddr_un_path + size, AF_UNIX);
  bytes.set(name, native.offsetof_sockaddr_un_path);
  return bytes;
}

/** The AF_… of an address; AF_UNSPEC where there are too few bytes to say. */
export function sockaddrFamily(bytes: Uint8Array): number {
  return bytes.length < FAMILY_SIZE ? native.AF_UNSPEC : viewOf(bytes).getUint16(0, LITTLE_ENDIAN);
}

/**
 * How many of these bytes are the address: where a structure of the kernel has room for one of any
 * family, what follows an internet address is not part of it.
 */
export function sockaddrLength(bytes: Uint8Array): number {
  const family = sockaddrFamily(bytes);
  if (family === AF_INET) return Math.min(bytes.length, native.sizeof_sockaddr_in);
  return family === AF_INET6 ? Math.min(bytes.length, native.sizeof_sockaddr_in6) : bytes.length;
}

/** The port of a `struct sockaddr_in` or `sockaddr_in6`; 0 where it is neither. */
export function sockaddrPort(bytes: Uint8Array): number {
  if (isOfFamily(bytes, AF_INET, native.sizeof_sockaddr_in)) {
    return viewOf(bytes).getUint16(native.offsetof_sockaddr_in_port);
  }
  const isIpv6 = isOfFamily(bytes, AF_INET6, native.sizeof_sockaddr_in6);
  return isIpv6 ? viewOf(bytes).getUint16(native.offsetof_sockaddr_in6_port) : 0;
}

/** Reads a `struct sockaddr_in` or `sockaddr_in6`; `null` where it is neither. */
export function sockaddrInternet(bytes: Uint8Array): InternetAddress | null {
  if (isOfFamily(bytes, AF_INET, native.sizeof_sockaddr_in)) {
    const address = inetNtop(AF_INET, bytes.subarray(native.offsetof_sockaddr_in_addr));
    return { address, port: viewOf(bytes).getUint16(native.offsetof_sockaddr_in_port) };
  }
  if (isOfFamily(bytes, AF_INET6, native.sizeof_sockaddr_in6)) {
    const view = viewOf(bytes);
    return {
      address: inetNtop(AF_INET6, bytes.subarray(native.offsetof_sockaddr_in6_addr)),
      port: view.getUint16(native.offsetof_sockaddr_in6_port),
      flowInfo: view.getUint32(native.offsetof_sockaddr_in6_flowinfo),
      scopeId: view.getUint32(native.offsetof_sockaddr_in6_scope_id, LITTLE_ENDIAN),
    };
  }
  return null;
}

/**
 * Reads the name in a `struct sockaddr_un`: a path without the NUL at its end, an abstract name with
 * the NUL at its start, empty when unnamed; `null` where it is of another family.
 */
export function sockaddrUnixName(bytes: Uint8Array): Uint8Array | null {
  if (sockaddrFamily(bytes) !== AF_UNIX) return null;
  const name = bytes.subarray(native.offsetof_sockaddr_un_path);
  const end = name[0] === 0 ? -1 : name.indexOf(0);
  return end === -1 ? name : name.subarray(0, end);
}

function checkPort(port: number): number {
  return checkInteger(port, "port", 0, 65535);
}

function parse(af: number, address: string): Uint8Array {
  const bytes = inetPton(af, address);
  if (bytes !== null) return bytes;
  throw invalidArgValue("address", `an ${af === AF_INET ? "IPv4" : "IPv6"} address`, address);
}
