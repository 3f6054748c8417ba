import type { Address } from "../address/address.ts";
import { SystemError } from "../errors.ts";
import * as sys from "../sys/index.ts";

/**
 * What the PROXY header of a connection says.
 *
 * @see https://www.haproxy.org/download/2.6/doc/proxy-protocol.txt
 */
export interface ProxyHeader {
  /** 1: a line of text. 2: binary. */
  readonly version: 1 | 2;
  /** The address of the client; `null` if the header has none: the proxy's own health check, or UNKNOWN. */
  readonly source: Address | null;
  /** The address that the client has connected to; `null` if the header has none. */
  readonly destination: Address | null;
  /** The size of the header in bytes: what follows it is the client's. */
  readonly length: number;
}

/** What a client is ended with whose header is wrong. */
export function badHeader(reason: string): SystemError {
  return new SystemError(sys.errno.EPROTO, "recv", { reason: `PROXY header: ${reason}` });
}
