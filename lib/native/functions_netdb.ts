// The functions of netdb.cc: names of hosts, services and protocols.
import type { Bytes, Optional } from "./functions.ts";

/** A `struct addrinfo`. */
export type AddrinfoEntry = [
  flags: number,
  family: number,
  socktype: number,
  protocol: number,
  addr: Uint8Array,
  canonname: string | null,
];

/** A `struct servent`; the port in host byte order. */
export type ServiceEntry = [name: string, aliases: string[], port: number, proto: string];

/** A `struct protoent`. */
export type ProtocolEntry = [name: string, aliases: string[], proto: number];

/**
 * The errors of getaddrinfo and getnameinfo are EAI_…, which are negative. For EAI_SYSTEM they return errno, which is
 * not; 0 if it is unknown.
 */
export interface NetdbFunctions {
  getaddrinfo(
    node: Optional,
    service: Optional,
    flags: number,
    family: number,
    socktype: number,
    protocol: number,
  ): AddrinfoEntry[] | number;
  getnameinfo(addr: Bytes, flags: number): [host: string, serv: string] | number;
  gai_strerror(errcode: number): string;
  getservbyname(name: Bytes, proto: Optional): ServiceEntry | null | number;
  getservbyport(port: number, proto: Optional): ServiceEntry | null | number;
  getprotobyname(name: Bytes): ProtocolEntry | null | number;
  getprotobynumber(proto: number): ProtocolEntry | null | number;
  gethostname(): string | number;
}
