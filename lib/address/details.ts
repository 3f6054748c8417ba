import type { SystemErrorDetails } from "../errors.ts";
import type { Address } from "./address.ts";
import { zone } from "./text.ts";

/** The properties that an error reports about an address; a link-local address includes its zone. */
export function detailsOf(address: Address): SystemErrorDetails {
  const { address: host, port, path, scopeId } = address;
  if (host === undefined && path === undefined) return { address: String(address) };
  return { address: host === undefined ? undefined : `${host}${zone(scopeId)}`, port, path };
}
