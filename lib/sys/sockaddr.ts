import { checkBytes, invalidArgType, invalidArgValue, isBytes, outOfRange } from "../arguments.ts";
import { SystemError } from "../errors.ts";
import { readNumber, writeField } from "../memory/fields.ts";
import { familyOf, isSockaddr, newSockaddr } from "../memory/sockaddr.ts";
import { memoryOf } from "../memory/structs.ts";
import { untilNull } from "../memory/text.ts";
import type { Constant } from "../native/constants.ts";
import { type Bytes, native } from "../native/native.ts";

const { AF_INET, AF_INET6, AF_UNIX } = native;
const { sockaddr_in: SOCKADDR_IN, sockaddr_in6: SOCKADDR_IN6 } = native.structs;
const { fields: IN } = SOCKADDR_IN;
const { fields: IN6 } = SOCKADDR_IN6;
const { path: SUN_PATH } = native.structs.sockaddr_un.fields;

/** `sizeof(struct sockaddr_un)`: the longest unix address that the kernel accepts, in bytes. */
export const SOCKADDR_UN_SIZE: number = native.structs.sockaddr_un.sizeof;

/** `sizeof(((struct sockaddr_un*)0)->sun_path)`: the longest unix path or abstract name, in bytes. */
export const SUN_PATH_SIZE: number = SUN_PATH.size;

/**
 * `inet_pton(af, src, dst)`: converts an address from text to bytes in network byte order.
 *
 * @param af - AF_INET or AF_INET6
 * @returns 4 or 16 bytes, or `null` if `src` is not an address of this family
 * @throws SystemError EAFNOSUPPORT: another family
 * @see https://man7.org/linux/man-pages/man3/inet_pton.3.html
 */
export function inetPton(af: Constant<"AF">, src: string): Uint8Array | null {
  const dst = new Uint8Array(af === AF_INET ? IN.addr.size : IN6.addr.size);
  const result = native.inet_pton(af, src, dst);
  if (result < 0) throw new SystemError(-result, "inet_pton");
  return result === 0 ? null : dst;
}

/**
 * `inet_ntop(af, src, dst, size)`: converts an address from bytes in network byte order
 * to text.
 *
 * @param af - AF_INET or AF_INET6
 * @param src - at least 4 bytes for AF_INET, 16 for AF_INET6
 * @throws SystemError EAFNOSUPPORT: another family. RangeError: too few bytes
 * @see https://man7.org/linux/man-pages/man3/inet_ntop.3.html
 */
export function inetNtop(af: Constant<"AF">, src: Bytes): string {
  const result = native.inet_ntop(af, src);
  if (typeof result === "number") throw new SystemError(-result, "inet_ntop");
  return result;
}

/** The contents of a `struct sockaddr_in` or `sockaddr_in6`. */
export interface InternetAddress {
  /** The numeric address. */
  readonly address: string;
  /** The port, in host byte order. */
  readonly port: number;
  /** IPv6 only: the flow information; 0 if it is not used. */
  readonly flowInfo?: number;
  /** IPv6 only: the index of the interface that a link-local address belongs to. */
  readonly scopeId?: number;
}

/**
 * Encodes a `struct sockaddr_in`.
 *
 * @param address - as for inet_pton(3): four decimal numbers
 * @param port - 0 … 65535; 0 lets bind(2) choose
 * @throws TypeError ERR_INVALID_ARG_VALUE: not an address. RangeError: not a port
 * @see https://man7.org/linux/man-pages/man7/ip.7.html
 */
export function sockaddrIn(address: string, port: number): Uint8Array {
  const bytes = newSockaddr(AF_INET, SOCKADDR_IN.sizeof);
  writeField(bytes, IN.port, port, "port");
  bytes.set(parse(AF_INET, address), IN.addr.offset);
  return bytes;
}

/**
 * Encodes a `struct sockaddr_in6`.
 *
 * @param address - as for inet_pton(3), without a zone
 * @param port - 0 … 65535; 0 lets bind(2) choose
 * @throws TypeError ERR_INVALID_ARG_VALUE: not an address. RangeError: `port`, `flowInfo` or `scopeId`
 * @see https://man7.org/linux/man-pages/man7/ipv6.7.html
 */
export function sockaddrIn6(address: string, port: number, flowInfo = 0, scopeId = 0): Uint8Array {
  const bytes = newSockaddr(AF_INET6, SOCKADDR_IN6.sizeof);
  writeField(bytes, IN6.port, port, "port");
  writeField(bytes, IN6.flowinfo, flowInfo, "flowInfo");
  bytes.set(parse(AF_INET6, address), IN6.addr.offset);
  writeField(bytes, IN6.scope_id, scopeId, "scopeId");
  return bytes;
}

/**
 * Encodes a `struct sockaddr_un`, only as long as its name needs.
 *
 * @param path - a path. If it starts with a null byte, it is an abstract name, and every byte counts.
 * If it is empty, the address is unnamed. Pass bytes if it is not UTF-8
 * @throws RangeError: longer than SUN_PATH_SIZE. TypeError ERR_INVALID_ARG_VALUE: a null byte inside a path
 * @see https://man7.org/linux/man-pages/man7/unix.7.html
 */
export function sockaddrUn(path: string | Uint8Array): Uint8Array {
  if (typeof path !== "string" && !isBytes(path)) {
    throw invalidArgType("path", "a string or a Uint8Array", path);
  }
  const name = typeof path === "string" ? new TextEncoder().encode(path) : path;
  const isPath = name.length > 0 && name[0] !== 0;
  if (isPath && name.includes(0)) throw invalidArgValue("path", "a path without null bytes", path);
  if (name.length > SUN_PATH_SIZE) {
    throw outOfRange("path", `at most ${String(SUN_PATH_SIZE)} bytes long`, name.length);
  }
  // A path that fills sun_path needs no null byte at its end.
  const size = Math.min(name.length + (isPath ? 1 : 0), SUN_PATH_SIZE);
  const bytes = newSockaddr(AF_UNIX, SUN_PATH.offset + size);
  bytes.set(name, SUN_PATH.offset);
  return bytes;
}

/** The AF_… of an address; AF_UNSPEC if there are too few bytes. */
export function sockaddrFamily(bytes: Uint8Array): number {
  return familyOf(checkBytes(bytes, "bytes"));
}

/**
 * The length of the address in `bytes`. A structure of the kernel may have room for an address of any
 * family; the bytes after an internet address are then not part of it.
 */
export function sockaddrLength(bytes: Uint8Array): number {
  const family = sockaddrFamily(bytes);
  if (family === AF_INET) return Math.min(bytes.length, SOCKADDR_IN.sizeof);
  return family === AF_INET6 ? Math.min(bytes.length, SOCKADDR_IN6.sizeof) : bytes.length;
}

/** The port of a `struct sockaddr_in` or `sockaddr_in6`; 0 if it is neither. */
export function sockaddrPort(bytes: Uint8Array): number {
  if (isSockaddr(bytes, AF_INET, SOCKADDR_IN.sizeof)) return readNumber(bytes, IN.port);
  return isSockaddr(bytes, AF_INET6, SOCKADDR_IN6.sizeof) ? readNumber(bytes, IN6.port) : 0;
}

/** Reads a `struct sockaddr_in` or `sockaddr_in6`; `null` if it is neither. */
export function sockaddrInternet(bytes: Uint8Array): InternetAddress | null {
  checkBytes(bytes, "bytes");
  if (isSockaddr(bytes, AF_INET, SOCKADDR_IN.sizeof)) {
    return {
      address: inetNtop(AF_INET, memoryOf(bytes, IN.addr)),
      port: readNumber(bytes, IN.port),
    };
  }
  if (isSockaddr(bytes, AF_INET6, SOCKADDR_IN6.sizeof)) {
    return {
      address: inetNtop(AF_INET6, memoryOf(bytes, IN6.addr)),
      port: readNumber(bytes, IN6.port),
      flowInfo: readNumber(bytes, IN6.flowinfo),
      scopeId: readNumber(bytes, IN6.scope_id),
    };
  }
  return null;
}

/**
 * Reads the name in a `struct sockaddr_un`: a path without the null byte at its end, an abstract name
 * with the null byte at its start, or no bytes if it is unnamed. `null` if it is of another family.
 */
export function sockaddrUnixName(bytes: Uint8Array): Uint8Array | null {
  if (sockaddrFamily(bytes) !== AF_UNIX) return null;
  const name = bytes.subarray(SUN_PATH.offset);
  return name[0] === 0 ? name : untilNull(name);
}

function parse(af: number, address: string): Uint8Array {
  if (typeof address !== "string") throw invalidArgType("address", "a string", address);
  const bytes = inetPton(af, address);
  if (bytes !== null) return bytes;
  throw invalidArgValue("address", `an ${af === AF_INET ? "IPv4" : "IPv6"} address`, address);
}
