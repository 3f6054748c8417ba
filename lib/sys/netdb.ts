import { checkCString, checkInteger, invalidArgType, outOfRange } from "../arguments.ts";
import { ResolveError, type ResolveErrorDetails, SystemError } from "../errors.ts";
import type { Constant } from "../native/constants.ts";
import { type Bytes, type ProtocolEntry, type ServiceEntry, native } from "../native/native.ts";

// Not in musl, which answers EAI_BADFLAGS: AI_IDN, AI_CANONIDN, NI_IDN. Not in glibc: NI_NUMERICSCOPE, the scope as a number.
// prettier-ignore
export const {
  AI_PASSIVE, AI_CANONNAME, AI_NUMERICHOST, AI_V4MAPPED, AI_ALL, AI_ADDRCONFIG, AI_IDN,
  AI_CANONIDN, AI_NUMERICSERV, EAI_BADFLAGS, EAI_NONAME, EAI_AGAIN, EAI_FAIL, EAI_NODATA,
  EAI_FAMILY, EAI_SOCKTYPE, EAI_SERVICE, EAI_ADDRFAMILY, EAI_MEMORY, EAI_SYSTEM, EAI_OVERFLOW,
  EAI_INPROGRESS, EAI_CANCELED, EAI_NOTCANCELED, EAI_ALLDONE, EAI_INTR, EAI_IDN_ENCODE,
  NI_NUMERICHOST, NI_NUMERICSERV, NI_NOFQDN, NI_NAMEREQD, NI_DGRAM, NI_IDN, NI_NUMERICSCOPE,
  NI_MAXHOST, NI_MAXSERV,
} = native;

const MAX_PORT = 65_535;

/** What {@link getaddrinfo} is to look for. All are 0 by default: any. */
export interface AddrinfoHints {
  /** AI_…. Unlike that of C, the default has neither AI_V4MAPPED nor AI_ADDRCONFIG. */
  readonly flags?: Constant<"AI">;
  /** AF_UNSPEC, AF_INET or AF_INET6. */
  readonly family?: Constant<"AF" | "PF">;
  /** SOCK_…; 0 returns each address once for each type of socket. */
  readonly socktype?: Constant<"SOCK">;
  /** IPPROTO_…. */
  readonly protocol?: number;
}

/** A `struct addrinfo`: what socket(2), and then bind(2) or connect(2), take. */
export interface Addrinfo {
  /** AI_…. */
  readonly flags: number;
  /** AF_…. */
  readonly family: number;
  /** SOCK_…. */
  readonly socktype: number;
  /** IPPROTO_…. */
  readonly protocol: number;
  /** The `struct sockaddr…`, as {@link bind} and {@link connect} take it; `new Address(addr)` reads it. */
  readonly addr: Uint8Array;
  /** The canonical name: of the first entry, with AI_CANONNAME; otherwise `null`. */
  readonly canonname: string | null;
}

/**
 * `getaddrinfo(node, service, hints, res)`: the addresses of a host and a service, in the order in which to try them
 * (RFC 6724). Blocks the JavaScript thread while files are read and name servers are asked, for seconds if they do not
 * answer. Nothing ends it: `worker.terminate()` and `process.exit()` wait for it. May be called in several threads.
 *
 * @param node - a name or a numeric address, with `%eth0` for the interface of a link-local one. `null`: this machine
 * itself, or with AI_PASSIVE any of its addresses
 * @param service - a name or a port; `null`: port 0
 * @throws ResolveError EAI_NONAME: no such name. EAI_SERVICE: no such service for this type. EAI_AGAIN: no name server
 * has answered. EAI_NODATA, EAI_ADDRFAMILY: the name has no address, or none of this family. EAI_FAIL, EAI_BADFLAGS,
 * EAI_FAMILY, EAI_SOCKTYPE, EAI_MEMORY, EAI_IDN_ENCODE. SystemError: EAI_SYSTEM, with the error of errno(3).
 * TypeError: a null byte. RangeError: a port above 65,535, which glibc would truncate
 * @see https://man7.org/linux/man-pages/man3/getaddrinfo.3.html
 */
export function getaddrinfo(
  node: string | Uint8Array | null,
  service: string | number | null = null,
  hints: AddrinfoHints = {},
): Addrinfo[] {
  if (typeof hints !== "object" || hints === null) {
    throw invalidArgType("hints", "an object", hints);
  }
  const { flags = 0, family = 0, socktype = 0, protocol = 0 } = hints;
  const name = node === null ? null : checkCString(node, "node");
  const port = service === null ? null : serviceText(service);
  const found = native.getaddrinfo(name, port, flags, family, socktype, protocol);
  if (typeof found === "number") {
    const details = { hostname: textOf(name), service: textOf(port) };
    throw failedLookup(found, "getaddrinfo", details);
  }
  return found.map(([aiFlags, aiFamily, type, proto, addr, canonname]) => ({
    flags: aiFlags,
    family: aiFamily,
    socktype: type,
    protocol: proto,
    addr,
    canonname,
  }));
}

/**
 * `getnameinfo(addr, addrlen, host, hostlen, serv, servlen, flags)`: the names of an address and its port. Blocks as
 * {@link getaddrinfo}; with NI_NUMERICHOST and NI_NUMERICSERV it asks nobody.
 *
 * @param addr - a `struct sockaddr…`
 * @param flags - NI_…
 * @returns numbers instead of names that are unknown. Of a unix address in glibc, the name of this machine and the path
 * @throws ResolveError EAI_NONAME: no name, with NI_NAMEREQD. EAI_FAMILY: another family, or too few bytes. EAI_AGAIN,
 * EAI_BADFLAGS, EAI_FAIL, EAI_MEMORY, EAI_OVERFLOW. SystemError: EAI_SYSTEM, with the error of errno(3)
 * @see https://man7.org/linux/man-pages/man3/getnameinfo.3.html
 */
export function getnameinfo(
  addr: Bytes,
  flags: Constant<"NI"> = 0,
): [host: string, service: string] {
  const found = native.getnameinfo(addr, flags);
  if (typeof found === "number") throw failedLookup(found, "getnameinfo", {});
  return found;
}

/**
 * `gai_strerror(errcode)`: the C library's words for an error. Does not block.
 *
 * @param errcode - EAI_…
 * @see https://man7.org/linux/man-pages/man3/gai_strerror.3.html
 */
export function gaiStrerror(errcode: number): string {
  return native.gai_strerror(errcode);
}

/** A `struct servent`, as in /etc/services. */
export interface Servent {
  /** The official name, "http". */
  readonly name: string;
  /** Its other names. */
  readonly aliases: readonly string[];
  /** In host byte order. */
  readonly port: number;
  /** The protocol, "tcp". */
  readonly proto: string;
}

/**
 * `getservbyname_r(name, proto, …)`: the port of a service. Blocks the JavaScript thread while /etc/services is read,
 * or what else nsswitch.conf names. May be called in several threads.
 *
 * @param proto - "tcp", "udp" …; `null`: any
 * @returns `null` if there is none
 * @throws SystemError EMFILE: the file cannot be opened. EINVAL: musl, for others than "tcp" and "udp"
 * @see https://man7.org/linux/man-pages/man3/getservbyname.3.html
 */
export function getservbyname(name: string, proto: string | null = null): Servent | null {
  const found = native.getservbyname(checkCString(name, "name"), protocolText(proto));
  return servent(found, "getservbyname");
}

/**
 * `getservbyport_r(port, proto, …)`: the service of a port. Blocks as {@link getservbyname}.
 *
 * @param port - 0 … 65535, in host byte order
 * @param proto - "tcp", "udp" …; `null`: any
 * @returns `null` if there is none
 * @throws SystemError as {@link getservbyname}
 * @see https://man7.org/linux/man-pages/man3/getservbyport.3.html
 */
export function getservbyport(port: number, proto: string | null = null): Servent | null {
  return servent(native.getservbyport(port, protocolText(proto)), "getservbyport");
}

/** A `struct protoent`, as in /etc/protocols. */
export interface Protoent {
  /** The official name, "tcp". */
  readonly name: string;
  /** Its other names. */
  readonly aliases: readonly string[];
  /** IPPROTO_…. */
  readonly proto: number;
}

/**
 * `getprotobyname_r(name, …)`: the number of a protocol. Blocks the JavaScript thread while /etc/protocols is read; musl
 * has a list of its own. May be called in several threads.
 *
 * @returns `null` if there is none
 * @throws SystemError EMFILE: the file cannot be opened
 * @see https://man7.org/linux/man-pages/man3/getprotobyname.3.html
 */
export function getprotobyname(name: string): Protoent | null {
  return protoent(native.getprotobyname(checkCString(name, "name")), "getprotobyname");
}

/**
 * `getprotobynumber_r(proto, …)`: the name of a protocol. Blocks as {@link getprotobyname}.
 *
 * @param proto - IPPROTO_…
 * @returns `null` if there is none
 * @throws SystemError as {@link getprotobyname}
 * @see https://man7.org/linux/man-pages/man3/getprotobynumber.3.html
 */
export function getprotobynumber(proto: number): Protoent | null {
  return protoent(native.getprotobynumber(proto), "getprotobynumber");
}

/**
 * `gethostname(name, len)`: the name of this machine. Does not block.
 *
 * @see https://man7.org/linux/man-pages/man2/gethostname.2.html
 */
export function gethostname(): string {
  const result = native.gethostname();
  if (typeof result === "number") throw new SystemError(-result, "gethostname");
  return result;
}

/** A port, or the name of a service. glibc keeps only the lower 16 bits of a number. */
function serviceText(service: string | number): Uint8Array {
  if (typeof service === "number") {
    return checkCString(String(checkInteger(service, "service", 0, MAX_PORT)), "service");
  }
  if (typeof service !== "string")
    throw invalidArgType("service", "a string, a number or null", service);
  if (/^\s*[-+]?\d+$/.test(service) && !(Number(service) >= 0 && Number(service) <= MAX_PORT)) {
    throw outOfRange("service", `a port of 0 to ${String(MAX_PORT)}`, service);
  }
  return checkCString(service, "service");
}

function protocolText(proto: string | null): Uint8Array | null {
  return proto === null ? null : checkCString(proto, "proto");
}

function textOf(bytes: Uint8Array | null): string | undefined {
  return bytes === null ? undefined : new TextDecoder().decode(bytes);
}

function failedLookup(result: number, syscall: string, details: ResolveErrorDetails): Error {
  if (result > 0) return new SystemError(result, syscall);
  return new ResolveError(result === 0 ? EAI_SYSTEM : result, syscall, details);
}

function servent(found: ServiceEntry | null | number, syscall: string): Servent | null {
  if (typeof found === "number") return absent(found, syscall);
  if (found === null) return null;
  const [name, aliases, port, proto] = found;
  return { name, aliases, port, proto };
}

function protoent(found: ProtocolEntry | null | number, syscall: string): Protoent | null {
  if (typeof found === "number") return absent(found, syscall);
  if (found === null) return null;
  const [name, aliases, proto] = found;
  return { name, aliases, proto };
}

/** musl says ENOENT for an entry that is not there, and glibc for a file. */
function absent(result: number, syscall: string): null {
  if (result === -native.errno.ENOENT) return null;
  throw new SystemError(-result, syscall);
}
