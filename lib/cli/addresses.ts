import { lookup } from "node:dns/promises";
import { Address } from "../address/address.ts";
import { UsageError } from "./report.ts";

/** What the help says about an ADDRESS. */
export const ADDRESS_HELP =
  "127.0.0.1:9999, [::1]:9999, HOST:PORT, /a/path, ./path, @abstract or vsock:2:1024";

/** The addresses that a text means: one, or all of a host. @throws UsageError: it is no address */
export async function addressesOf(text: string): Promise<Address[]> {
  const [, host, port] = /^([^/@:[\]]+):(\d{1,5})$/.exec(text) ?? [];
  if (host !== undefined && Number(port) <= 65_535 && !/^[\d.]+$/.test(host) && !isScheme(host)) {
    const found = await lookup(host, { all: true });
    return found.map(({ address }) => Address.from({ address, port: Number(port) }));
  }
  try {
    return [Address.parse(text)];
  } catch {
    throw new UsageError(`'${text}' is not an address: it must be like ${ADDRESS_HELP}`);
  }
}

function isScheme(text: string): boolean {
  return /^(unix|netlink|packet|vsock|can|family)$/.test(text);
}
