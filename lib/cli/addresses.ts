import { Address } from "../address/address.ts";
import { type HostAndPort, parseEndpoint, type Place } from "../address/endpoint.ts";
import { UsageError } from "./report.ts";

/** What the help says about an ADDRESS. */
export const ADDRESS_HELP =
  "127.0.0.1:9999, [::1]:9999, HOST:PORT, /a/path, ./path, @abstract or vsock:2:1024";

/** Reads what a user calls an address, or a host and a port. @throws UsageError: it is neither */
export function checkEndpoint(text: string): Address | HostAndPort {
  const place = parsed(text);
  if (place instanceof Address) return place;
  if (place?.host) return { host: place.host, port: place.port };
  throw new UsageError(`'${text}' is not an address: it must be like ${ADDRESS_HELP}`);
}

function parsed(text: string): Address | Place | null {
  try {
    return parseEndpoint(text);
  } catch {
    return null;
  }
}
