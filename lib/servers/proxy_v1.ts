import { Address } from "../address/address.ts";
import * as sys from "../sys/index.ts";
import { badHeader, type ProxyHeader } from "./proxy_header.ts";

/** The longest line, with its end, in bytes. */
const MAX_LINE = 107;
const CR = 0x0d;
const LF = 0x0a;

const PORT = /^(?:0|[1-9]\d{0,4})$/;
const MAX_PORT = 65535;
// Leaves the rest to inet_pton(3), which stops at a null byte.
const ADDRESSES: ReadonlyMap<string, readonly [family: number, characters: RegExp]> = new Map([
  ["TCP4", [sys.AF_INET, /^[\d.]+$/]],
  ["TCP6", [sys.AF_INET6, /^[\da-fA-F:.]+$/]],
]);

/**
 * Parses version 1, a line such as `PROXY TCP4 192.0.2.1 192.0.2.2 56324 443`. It has been found to begin
 * with "PROXY ".
 *
 * @returns `null` while the line is not complete
 * @throws SystemError EPROTO: it is wrong
 */
export function parseVersion1(
  buffer: Uint8Array,
  offset: number,
  length: number,
): ProxyHeader | null {
  const size = sizeOfLine(buffer, offset, length);
  if (size === null) return null;
  const line = Buffer.from(buffer.buffer, buffer.byteOffset + offset, size - 2).toString("latin1");
  const [, protocol = "", ...fields] = line.split(" ");
  // The rest of such a line means nothing.
  if (protocol === "UNKNOWN") return { version: 1, source: null, destination: null, length: size };
  const [from = "", to = "", fromPort = "", toPort = ""] = fields;
  if (fields.length !== 4) throw badHeader("not two addresses and two ports");
  const source = parseAddress(protocol, from, fromPort);
  return { version: 1, source, destination: parseAddress(protocol, to, toPort), length: size };
}

/** The size of the line with its end; `null` if the end has not come yet. */
function sizeOfLine(buffer: Uint8Array, offset: number, length: number): number | null {
  const limit = Math.min(length, MAX_LINE);
  for (let index = 0; index < limit; index++) {
    const byte = buffer[offset + index];
    if (byte === LF) throw badHeader("a line feed without a carriage return");
    if (byte !== CR || index + 1 === MAX_LINE) continue;
    if (index + 1 === length) return null;
    if (buffer[offset + index + 1] === LF) return index + 2;
    throw badHeader("a carriage return without a line feed");
  }
  if (limit === MAX_LINE) throw badHeader(`no end of line in ${String(MAX_LINE)} bytes`);
  return null;
}

function parseAddress(protocol: string, text: string, port: string): Address {
  const [family, characters] = ADDRESSES.get(protocol) ?? [];
  if (family === undefined || characters === undefined) {
    throw badHeader("the protocol is none of TCP4, TCP6, UNKNOWN");
  }
  if (!characters.test(text) || sys.inetPton(family, text) === null) {
    throw badHeader(`not an address of ${protocol}`);
  }
  if (!PORT.test(port) || Number(port) > MAX_PORT) throw badHeader("not a port");
  return Address.from({ address: text, port: Number(port) });
}
