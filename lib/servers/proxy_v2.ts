import { Address } from "../address/address.ts";
import { untilNull } from "../memory/text.ts";
import * as sys from "../sys/index.ts";
import { updateCrc32c } from "./crc32c.ts";
import { badHeader, type ProxyHeader } from "./proxy_header.ts";

// Where the fixed part has its bytes: a signature, the version and the command, the family and the
// transport, and the length of what follows.
const COMMAND = 12;
const FAMILY = 13;
const LENGTH = 14;
const FIXED_SIZE = 16;

const VERSION = 2;
const LOCAL = 0;
const PROXY = 1;

const UNSPEC = 0;
const INET = 1;
const INET6 = 2;
const UNIX = 3;
const DGRAM = 2;

/** The size of one address, by family, in bytes. */
const ADDRESS_SIZE = [0, 4, 16, 108] as const;
const PORT_SIZE = 2;

// A type, a length of two bytes, and as many bytes.
const TLV_SIZE = 3;
const PP2_TYPE_CRC32C = 0x03;
const ZEROS = new Uint8Array(4);

/**
 * Parses version 2, which is binary. It has been found to begin with its signature.
 *
 * @returns `null` while it is not complete
 * @throws SystemError EPROTO: it is wrong
 */
export function parseVersion2(
  buffer: Uint8Array,
  offset: number,
  length: number,
): ProxyHeader | null {
  if (length > COMMAND) checkCommand(buffer[offset + COMMAND]!);
  if (length < FIXED_SIZE) return null;
  const size = FIXED_SIZE + uint16(buffer, offset + LENGTH);
  const isLocal = (buffer[offset + COMMAND]! & 0xf) === LOCAL;
  const family = buffer[offset + FAMILY]! >> 4;
  const transport = buffer[offset + FAMILY]! & 0xf;
  if (!isLocal) checkFamily(family, transport, size);
  if (length < size) return null;

  const header = buffer.subarray(offset, offset + size);
  const local: ProxyHeader = { version: 2, source: null, destination: null, length: size };
  if (family === UNSPEC) {
    // Nothing says how long the addresses are, if there are any: only what reads as TLVs is taken as such.
    if (areTlvs(header, FIXED_SIZE)) checkTlvs(header, FIXED_SIZE);
    return local;
  }
  if (isLocal) return local;
  checkTlvs(header, FIXED_SIZE + sizeOfAddresses(family));
  if (transport === UNSPEC) return local;
  const [source, destination] = addressesIn(header, family);
  return { version: 2, source, destination, length: size };
}

function checkCommand(byte: number): void {
  if (byte >> 4 !== VERSION) throw badHeader(`version ${String(byte >> 4)} is none of 1, 2`);
  const command = byte & 0xf;
  if (command !== LOCAL && command !== PROXY) {
    throw badHeader(`command ${String(command)} is neither LOCAL nor PROXY`);
  }
}

function checkFamily(family: number, transport: number, size: number): void {
  if (family > UNIX) throw badHeader(`address family ${String(family)} does not exist`);
  if (transport > DGRAM) throw badHeader(`transport ${String(transport)} does not exist`);
  if (size < FIXED_SIZE + sizeOfAddresses(family)) throw badHeader("too short for its addresses");
}

function sizeOfAddresses(family: number): number {
  const ports = family === INET || family === INET6 ? 2 * PORT_SIZE : 0;
  return 2 * (ADDRESS_SIZE[family] ?? 0) + ports;
}

function addressesIn(header: Uint8Array, family: number): [source: Address, destination: Address] {
  const size = ADDRESS_SIZE[family] ?? 0;
  const ports = FIXED_SIZE + 2 * size;
  const [source, destination] = [FIXED_SIZE, FIXED_SIZE + size].map((start, index) => {
    const bytes = header.subarray(start, start + size);
    if (family === UNIX) return Address.from({ path: unixName(bytes) });
    const address = sys.inetNtop(family === INET ? sys.AF_INET : sys.AF_INET6, bytes);
    return Address.from({ address, port: uint16(header, ports + index * PORT_SIZE) });
  }) as [Address, Address];
  return [source, destination];
}

/** A path, or an abstract name: zeros fill the rest, so one that ends with zeros cannot be told apart. */
function unixName(bytes: Uint8Array): Uint8Array {
  if (bytes[0] !== 0) return untilNull(bytes);
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end--;
  return bytes.subarray(0, end);
}

function areTlvs(header: Uint8Array, start: number): boolean {
  let at = start;
  while (at + TLV_SIZE <= header.length) at = endOfTlv(header, at);
  return at === header.length;
}

/** Skips all but a checksum, which must be right. */
function checkTlvs(header: Uint8Array, start: number): void {
  if (!areTlvs(header, start)) throw badHeader("a TLV that goes beyond its end");
  for (let at = start; at < header.length; at = endOfTlv(header, at)) {
    if (header[at] === PP2_TYPE_CRC32C) checkCrc(header, at + TLV_SIZE, endOfTlv(header, at));
  }
}

function endOfTlv(header: Uint8Array, at: number): number {
  return at + TLV_SIZE + uint16(header, at + 1);
}

/** The checksum is that of the whole header with zeros in its own place. */
function checkCrc(header: Uint8Array, at: number, end: number): void {
  if (end - at !== ZEROS.length) throw badHeader("a checksum that is not four bytes");
  let crc = updateCrc32c(0, header.subarray(0, at));
  crc = updateCrc32c(crc, ZEROS);
  crc = updateCrc32c(crc, header.subarray(end));
  const told = (uint16(header, at) * 0x1_0000 + uint16(header, at + 2)) >>> 0;
  if (told !== crc) throw badHeader("the checksum is wrong");
}

function uint16(bytes: Uint8Array, at: number): number {
  return bytes[at]! * 0x100 + bytes[at + 1]!;
}
