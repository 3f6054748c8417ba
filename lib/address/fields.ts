import { checkBytes, invalidArgType, invalidArgValue } from "../arguments.ts";
import { FAMILY_SIZE, newSockaddr } from "../memory/sockaddr.ts";
import * as sys from "../sys/index.ts";
import type {
  AddressFields,
  AddressInput,
  InternetAddressInput,
  PacketAddressInput,
  RawAddressInput,
} from "./inputs.ts";

/** Decodes the kernel's bytes. An unknown or truncated address becomes its family and raw data. */
export function decode(bytes: Uint8Array): AddressFields {
  return (
    decodeInternet(bytes) ??
    decodeUnix(bytes) ??
    decodeNetlink(bytes) ??
    decodePacket(bytes) ??
    decodeVsock(bytes) ??
    decodeCan(bytes) ?? {
      family: sys.sockaddrFamily(bytes),
      data: new Uint8Array(bytes.subarray(FAMILY_SIZE)),
    }
  );
}

function decodeInternet(bytes: Uint8Array): AddressFields | null {
  const internet = sys.sockaddrInternet(bytes);
  return internet && { family: internet.scopeId === undefined ? "IPv4" : "IPv6", ...internet };
}

function decodeUnix(bytes: Uint8Array): AddressFields | null {
  const name = sys.sockaddrUnixName(bytes);
  if (name === null) return null;
  try {
    return { family: "unix", path: new TextDecoder("utf-8", STRICT).decode(name) };
  } catch {
    return { family: "unix", path: name.slice() };
  }
}

// Fails on bytes that are not UTF-8. A byte order mark is part of the name.
const STRICT = { fatal: true, ignoreBOM: true };

function decodeNetlink(bytes: Uint8Array): AddressFields | null {
  const netlink = sys.readSockaddrNl(bytes);
  return netlink && { family: "netlink", ...netlink };
}

function decodePacket(bytes: Uint8Array): AddressFields | null {
  const packet = sys.readSockaddrLl(bytes);
  // No interface has a negative index, and encode() refuses one.
  if (packet === null || packet.ifindex < 0) return null;
  return {
    family: "packet",
    interface: packet.ifindex,
    protocol: packet.protocol,
    hardwareAddress: packet.addr.slice(),
    hardwareType: packet.hatype,
    packetType: packet.pkttype,
  };
}

function decodeVsock(bytes: Uint8Array): AddressFields | null {
  const vsock = sys.readSockaddrVm(bytes);
  return vsock && { family: "vsock", ...vsock };
}

// The structure has no field for the protocol. J1939 is recognized by the length, ISO-TP by
// identifiers that are not 0.
function decodeCan(bytes: Uint8Array): AddressFields | null {
  const ifindex = sys.readSockaddrCan(bytes);
  if (ifindex === null || ifindex < 0) return null;
  const can = { family: "can", interface: ifindex } as const;
  const j1939 = sys.readSockaddrCanJ1939(bytes);
  if (j1939) return { ...can, j1939 };
  const isotp = sys.readSockaddrCanIsotp(bytes);
  return isotp && isotp.rxId + isotp.txId > 0 ? { ...can, isotp } : can;
}

/**
 * Encodes an address as the kernel's bytes.
 *
 * @throws TypeError or RangeError that names the wrong part. SystemError ENODEV: no such interface
 */
export function encode(input: AddressInput): Uint8Array {
  if (typeof input !== "object" || input === null) throw unknown(input);
  if ("path" in input && input.path !== undefined) {
    checkFamily(input, "unix");
    return sys.sockaddrUn(input.path);
  }
  if ("address" in input && input.address !== undefined) return encodeInternet(input);
  if ("data" in input) return encodeRaw(input);
  if (!("family" in input)) throw unknown(input);
  switch (input.family) {
    case "netlink":
      return sys.sockaddrNl(input.pid, input.groups);
    case "packet":
      return encodePacket(input);
    case "vsock":
      return sys.sockaddrVm(input.cid, input.port, input.flags);
    case "can":
      return sys.sockaddrCan(interfaceIndex(input.interface), input.isotp ?? input.j1939);
    default:
      throw unknown(input);
  }
}

function unknown(input: unknown): TypeError {
  const expected = "an Address, { address, port }, { path } or { family, … }";
  return invalidArgType("address", expected, input);
}

/** Node's names for the families: "IPv4" of `net.AddressInfo`, "ipv4" of `net.SocketAddress`, 4 of `dns`. */
const NAMES_OF_FAMILIES: Readonly<Record<string, readonly unknown[]>> = {
  IPv4: ["IPv4", "ipv4", 4],
  IPv6: ["IPv6", "ipv6", 6],
  unix: ["unix"],
};

function checkFamily(input: object, family: string): void {
  if (!("family" in input) || input.family === undefined) return;
  if (NAMES_OF_FAMILIES[family]?.includes(input.family)) return;
  throw invalidArgValue("family", `"${family}" for this address`, input.family);
}

function encodeInternet(input: InternetAddressInput): Uint8Array {
  const { address, port, scopeId } = input;
  const { flowInfo = input.flowlabel } = input;
  if (typeof address !== "string") throw invalidArgType("address", "a string", address);
  if (address.includes(":")) {
    checkFamily(input, "IPv6");
    const zoneAt = address.indexOf("%");
    if (zoneAt === -1) return sys.sockaddrIn6(address, port, flowInfo, interfaceIndex(scopeId));
    if (scopeId !== undefined) {
      throw invalidArgValue("address", "an address without a zone if scopeId is given", address);
    }
    const zone = address.slice(zoneAt + 1);
    if (zone === "")
      throw invalidArgValue("address", "an address whose zone is not empty", address);
    return sys.sockaddrIn6(address.slice(0, zoneAt), port, flowInfo, interfaceIndex(zone));
  }
  checkFamily(input, "IPv4");
  if (input.flowInfo !== undefined || scopeId !== undefined) {
    throw invalidArgValue("address", "an IPv6 address if flowInfo or scopeId is given", address);
  }
  return sys.sockaddrIn(address, port);
}

function encodePacket(input: PacketAddressInput): Uint8Array {
  const { protocol = 0, hardwareAddress, hardwareType, packetType } = input;
  const index = interfaceIndex(input.interface);
  return sys.sockaddrLl(protocol, index, hardwareAddress, hardwareType, packetType);
}

function encodeRaw({ family, data }: RawAddressInput): Uint8Array {
  const bytes = newSockaddr(family, FAMILY_SIZE + checkBytes(data, "data").length);
  bytes.set(data, FAMILY_SIZE);
  return bytes;
}

/** Tries a name before a number, as glibc does: an interface may be named "7". */
function interfaceIndex(value: number | string = 0): number {
  if (typeof value !== "string") return value;
  try {
    return sys.ifNametoindex(value);
  } catch (error) {
    if (/^\d+$/.test(value)) return Number(value);
    throw error;
  }
}
