import {
  checkCString,
  checkInteger,
  invalidArgType,
  invalidArgValue,
  outOfRange,
} from "../arguments.ts";
import { ResolveError } from "../errors.ts";
import * as sys from "../sys/index.ts";
import { Address } from "./address.ts";
import type { AddressLike } from "./inputs.ts";

/** A host and a port. */
export interface HostAndPort {
  /**
   * A name or a numeric address; one of IPv6 without brackets. If it is left out: for a client this machine itself, for
   * a server any address of this machine.
   */
  readonly host?: string;
  /** The port, or the name of a service such as "http". */
  readonly port: number | string;
  readonly address?: never;
  readonly path?: never;
  readonly family?: never;
}

/**
 * Where a service is: `localhost:9999`, `example.org:http`, `:9999` (no host), or another text that
 * {@link Address.parse} reads, such as `127.0.0.1:80`, `[::1]:80`, `/a/path` or `@abstract`; a host and a port; or an
 * address. A text that begins with `unix:`, `netlink:`, `packet:`, `vsock:`, `can:` or `family:` is an address; hosts
 * of these names must be given as `{ host, port }`.
 */
export type Endpoint = string | HostAndPort | AddressLike;

/** A host and port whose addresses are not known yet. */
export interface Place {
  /** `null`: none was given. */
  readonly host: string | null;
  /** The port, or the name of a service. */
  readonly port: number | string;
}

// RFC 1035: 255 bytes with their lengths, which as text are 253 characters, and a dot at the end.
const MAX_HOST = 254;
const MAX_PORT = 65_535;
const HOST_PORT = /^(?:\[([^\]]*:[^\]]*)\]|([^\s/@:[\]]*)):([^\s/:@[\]]+)$/;
const SCHEME = /^(unix|netlink|packet|vsock|can|family)$/;
const EXPECTED =
  "HOST:PORT, or an address such as 127.0.0.1:80, [::1]:80, /path, @name, vsock:2:1024";

/**
 * Reads an endpoint. Does not block.
 *
 * @returns an address if it needs no lookup
 * @throws TypeError, RangeError: it is no endpoint. SystemError ENODEV: no such interface
 */
export function parseEndpoint(endpoint: Endpoint): Address | Place {
  if (typeof endpoint === "string") return parseText(endpoint);
  if (typeof endpoint !== "object" || endpoint === null) {
    const expected = "HOST:PORT, { host, port }, an Address or its fields";
    throw invalidArgType("endpoint", expected, endpoint);
  }
  const isPlace = !("address" in endpoint || "path" in endpoint || "family" in endpoint);
  if (endpoint instanceof Address || "bytes" in endpoint || !isPlace) {
    return Address.from(endpoint as AddressLike);
  }
  return placeOf(endpoint.host, endpoint.port);
}

/** The numeric address of a place; `null` if its host or port is a name, or it has no host. */
export function numericAddress({ host, port }: Place): Address | null {
  if (host === null || typeof port === "string") return null;
  const isNumeric = host.includes(":") || sys.inetPton(sys.AF_INET, host) !== null;
  return isNumeric ? Address.from({ address: host, port }) : null;
}

/**
 * The port of a place. The name of a service is looked up in /etc/services: see {@link sys.getservbyname}.
 *
 * @param type - SOCK_…, which the port of a name may depend on
 * @throws ResolveError EAI_SERVICE: no such service
 */
export function portOf({ host, port }: Place, type = sys.SOCK_STREAM): number {
  if (typeof port === "number") return port;
  const service = sys.getservbyname(port, type === sys.SOCK_DGRAM ? "udp" : "tcp");
  if (service) return service.port;
  const details = { hostname: host ?? undefined, service: port };
  throw new ResolveError(sys.EAI_SERVICE, "getaddrinfo", details);
}

function parseText(text: string): Address | Place {
  const [, in6, name = "", port = ""] = HOST_PORT.exec(text) ?? [];
  if (in6 === undefined && SCHEME.test(name)) return Address.parse(text);
  if (port === "") {
    if (/^[^/@:]*:?$/.test(text) && text !== "unnamed") {
      throw invalidArgValue("endpoint", EXPECTED, text);
    }
    return Address.parse(text);
  }
  // Numbers that are no address, such as 127.0.0.256, are a mistake and not a name.
  if (/^[\d.]+$/.test(name)) sys.sockaddrIn(name, 0);
  return placeOf(in6 ?? (name === "" ? undefined : name), port);
}

function placeOf(host: unknown, port: unknown): Place | Address {
  const place = { host: host === undefined ? null : hostOf(host), port: checkPort(port) };
  return numericAddress(place) ?? place;
}

function hostOf(host: unknown): string {
  if (typeof host !== "string") throw invalidArgType("host", "a string", host);
  checkCString(host, "host");
  if (host === "") throw invalidArgValue("host", "a name that is not empty", host);
  if (host.length > MAX_HOST) {
    throw outOfRange("host", `at most ${String(MAX_HOST)} characters long`, host.length);
  }
  return host;
}

function checkPort(port: unknown): number | string {
  if (typeof port === "string") {
    checkCString(port, "port");
    if (/[a-z]/i.test(port)) return port;
    if (!/^\d+$/.test(port))
      throw invalidArgValue("port", "a port, or the name of a service", port);
  }
  return checkInteger(typeof port === "string" ? Number(port) : port, "port", 0, MAX_PORT);
}
