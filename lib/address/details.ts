import type { SystemErrorDetails } from "../errors.ts";
import type { Address } from "./address.ts";
import { zone } from "./text.ts";

/** What an error says of the address that its call was about; a link-local address has its zone. */
export function detailsOf(address: Address): SystemErrorDetails {
  const { address: host, port, path, scopeId } = address;
  if (host === undefined && path === undefined) return { address: String(address) };
  return { address: host === undefined ? undefined : `${host}${zone(scopeId)}`, port, path };
}
