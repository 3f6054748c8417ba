import type { SystemErrorDetails } from "../errors.ts";
import type { Address } from "./address.ts";

/** What an error says of the address that its call was about. */
export function detailsOf(address: Address): SystemErrorDetails {
  const { address: host, port, path } = address;
  if (host === undefined && path === undefined) return { address: String(address) };
  return { address: host, port, path };
}
