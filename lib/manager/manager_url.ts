import { Address } from "../address/address.ts";
import { invalidArgType, invalidArgValue, outOfRange } from "../arguments.ts";
import * as sys from "../sys/index.ts";

/** What a connection of a manager goes over. */
export type Transport = "tcp" | "udp" | "unix";

/** A URL in its parts. A host may be a name; empty, it is any address. */
export type ManagerUrl =
  | { readonly transport: "tcp" | "udp"; readonly host: string; readonly port: number }
  | { readonly transport: "unix"; readonly address: Address };

const EXPECTED = "a URL such as tcp://127.0.0.1:80, udp://[::1]:53, unix:///path or unix://@name";
const MAX_PORT = 65_535;

/**
 * Parses `tcp://host:port`, `udp://host:port` and `unix://path`. A path may be relative; `@name` is abstract.
 *
 * @throws TypeError, RangeError: it is no such URL
 */
export function parseUrl(url: string): ManagerUrl {
  if (typeof url !== "string") throw invalidArgType("url", "a string", url);
  const [, path] = /^unix:\/\/(.+)$/s.exec(url) ?? [];
  if (path !== undefined) return { transport: "unix", address: unixAddress(path, url) };
  const [, transport, in6, name = "", digits] =
    /^(tcp|udp):\/\/(?:\[([^\]]+)\]|([^\s:/?#@[\]]*)):(\d+)\/?$/.exec(url) ?? [];
  const host = in6 ?? name;
  const isKnown = transport === "tcp" || transport === "udp";
  if (!isKnown || (in6 !== undefined && !isIPv6(in6))) {
    throw invalidArgValue("url", EXPECTED, url);
  }
  const port = Number(digits);
  if (port > MAX_PORT) throw outOfRange("url", `a port of 0 to ${String(MAX_PORT)}`, url);
  return { transport, host, port };
}

/** The numeric address of a host; `null` for a name that has to be resolved. */
export function numericAddress(host: string, port: number): Address | null {
  if (host === "") return Address.from({ address: "0.0.0.0", port });
  const isNumeric = isIPv6(host) || sys.inetPton(sys.AF_INET, host) !== null;
  return isNumeric ? Address.from({ address: host, port }) : null;
}

/**
 * Where to listen. `localhost` is 127.0.0.1; no other name is resolved.
 *
 * @throws TypeError: the host is a name
 */
export function localAddress(url: ManagerUrl): Address {
  if (url.transport === "unix") return url.address;
  const { host, port } = url;
  const address = numericAddress(host.toLowerCase() === "localhost" ? "127.0.0.1" : host, port);
  if (address === null) throw invalidArgValue("url", "a numeric address to listen on", host);
  return address;
}

/** Whether it is an address of IPv6, also with a zone. */
function isIPv6(host: string): boolean {
  return sys.inetPton(sys.AF_INET6, host.replace(/%.+$/, "")) !== null;
}

function unixAddress(path: string, url: string): Address {
  if (path.includes("\0")) throw invalidArgValue("url", "free of null bytes", url);
  return Address.from({ path: path.startsWith("@") ? `\0${path.slice(1)}` : path });
}
