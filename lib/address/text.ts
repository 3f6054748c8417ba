import { invalidArgType, invalidArgValue } from "../arguments.ts";
import { isSystemError } from "../errors.ts";
import * as sys from "../sys/index.ts";
import type { AddressFields, AddressInput } from "./inputs.ts";

/** Formats an address as text. {@link parse} reads it. */
export function format(fields: AddressFields): string {
  switch (fields.family) {
    case "IPv4":
      return `${fields.address}:${String(fields.port)}`;
    case "IPv6":
      return `[${fields.address}${zone(fields.scopeId)}]:${String(fields.port)}`;
    case "unix":
      return formatName(fields.path);
    case "netlink":
      return `netlink:${String(fields.pid)}:${hex(fields.groups)}`;
    case "packet":
      return formatPacket(fields);
    case "vsock": {
      const cid = fields.cid === sys.VMADDR_CID_ANY ? "" : String(fields.cid);
      const flags = fields.flags === 0 ? "" : `:${hex(fields.flags)}`;
      return `vsock:${cid}:${String(fields.port)}${flags}`;
    }
    case "can":
      return formatCan(fields);
    default:
      return `family:${String(fields.family)}:${Buffer.from(fields.data).toString("hex")}`;
  }
}

type FieldsOf<Family> = Extract<AddressFields, { family: Family }>;

function formatPacket(fields: FieldsOf<"packet">): string {
  const { protocol, hardwareAddress, hardwareType, packetType } = fields;
  const start = `packet:${nameOf(fields.interface)}:${hex(protocol)}`;
  if (hardwareAddress.length === 0 && hardwareType === 0 && packetType === 0) return start;
  const hardware = Buffer.from(hardwareAddress).toString("hex");
  return `${start}:${String(hardwareType)}:${String(packetType)}:${hardware}`;
}

function formatCan({ interface: index, isotp, j1939 }: FieldsOf<"can">): string {
  const start = `can:${nameOf(index)}`;
  if (j1939) return `${start}:${hex(j1939.name)}:${hex(j1939.pgn)}:${hex(j1939.addr)}`;
  return isotp ? `${start}:${hex(isotp.rxId)}:${hex(isotp.txId)}` : start;
}

function hex(number: number | bigint): string {
  return `0x${number.toString(16)}`;
}

/** The zone of an address, such as `%eth0`; empty if it has none. */
export function zone(scopeId = 0): string {
  return scopeId === 0 ? "" : `%${nameOf(scopeId)}`;
}

/** The name of an interface, or its index if it no longer exists. */
function nameOf(index: number): string {
  // The bytes may hold any number; if_indextoname accepts only an index.
  if (index <= 0 || index > 2 ** 31 - 1) return String(index);
  try {
    const name = sys.ifIndextoname(index);
    // A name that is not UTF-8 could not be parsed again.
    return name.includes("\ufffd") ? String(index) : name;
  } catch (error) {
    if (isSystemError(error)) return String(index);
    throw error;
  }
}

/** Formats a unix name. Bytes that are not printable text become `\xNN`, as in C. */
function formatName(path: string | Uint8Array): string {
  if (path.length === 0) return "unnamed";
  const text = typeof path === "string" ? path : Buffer.from(path).toString("latin1");
  // oxlint-disable-next-line no-control-regex -- these characters are the ones to escape
  const unprintable = typeof path === "string" ? /[\0-\x1f\x7f\\]/g : /[\0-\x1f\x7f-\xff\\]/g;
  const name = text.replace(/^\0/, "@").replace(unprintable, (byte) => {
    return byte === "\\" ? "\\\\" : `\\x${byte.charCodeAt(0).toString(16).padStart(2, "0")}`;
  });
  return text.startsWith("\0") || isPath(name) ? name : `unix:${name}`;
}

/** Whether the text starts like a path: with /, ./ or ../ */
function isPath(text: string): boolean {
  return /^\.{0,2}\//.test(text);
}

/**
 * Reads what {@link format} writes.
 *
 * @throws TypeError ERR_INVALID_ARG_VALUE: not an address
 */
export function parse(text: string): AddressInput {
  if (typeof text !== "string") throw invalidArgType("text", "a string", text);
  if (text === "unnamed") return { path: "" };
  if (isPath(text)) return { path: unescape(text) };
  if (text.startsWith("@")) return { path: Buffer.concat([NUL, unescape(text.slice(1))]) };
  const internet = /^(?:\[(.+)\]|([\d.]+)):(\d+)$/.exec(text);
  if (internet) {
    const [, in6, in4 = "", port] = internet;
    // An IPv4 address in brackets is not an address.
    if (in6?.includes(":") !== false) return { address: in6 ?? in4, port: Number(port) };
  }
  const [, scheme = "", rest = ""] = /^(\w+):(.*)$/s.exec(text) ?? [];
  const input = SCHEMES.get(scheme)?.(rest, rest.split(":"));
  if (input) return input;
  throw invalidArgValue(
    "text",
    "an address such as 127.0.0.1:80, [::1]:80, /path, @name, vsock:2:1024",
    text,
  );
}

const NUL = Uint8Array.of(0);

type Parser = (rest: string, parts: string[]) => AddressInput | null;

const SCHEMES: ReadonlyMap<string, Parser> = new Map<string, Parser>([
  ["unix", (rest) => (rest === "" ? null : { path: unescape(rest) })],
  ["netlink", (_, parts) => parseNetlink(parts)],
  ["packet", (_, parts) => parsePacket(parts)],
  ["vsock", (_, parts) => parseVsock(parts)],
  ["can", (_, parts) => parseCan(parts)],
  ["family", (_, parts) => parseRaw(parts)],
]);

function parseNetlink(parts: string[]): AddressInput | null {
  const [pid, groups] = numbers(parts, 2) ?? [];
  return pid === undefined ? null : { family: "netlink", pid, groups: groups ?? 0 };
}

function parsePacket([name = "", ...parts]: string[]): AddressInput | null {
  const [protocol] = numbers(parts.slice(0, 1), 1) ?? [];
  if (name === "" || protocol === undefined) return null;
  const start = { family: "packet", interface: name, protocol } as const;
  if (parts.length === 1) return start;
  const [hardwareType, packetType] = numbers(parts.slice(1, 3), 2) ?? [];
  const hardwareAddress = bytesOf(parts[3]);
  if (packetType === undefined || hardwareType === undefined) return null;
  if (hardwareAddress === null || parts.length !== 4) return null;
  return { ...start, hardwareAddress, hardwareType, packetType };
}

// An empty machine means any, as in systemd.socket(5).
function parseVsock([machine, ...parts]: string[]): AddressInput | null {
  const cid = machine === "" ? sys.VMADDR_CID_ANY : integer(machine);
  const [port, flags = 0] = numbers(parts, 1) ?? numbers(parts, 2) ?? [];
  return cid === null || port === undefined ? null : { family: "vsock", cid, port, flags };
}

function parseCan([name = "", ...parts]: string[]): AddressInput | null {
  const start = { family: "can", interface: name } as const;
  if (name === "") return null;
  if (parts.length === 0) return start;
  const [rxId, txId] = numbers(parts, 2) ?? [];
  if (rxId !== undefined && txId !== undefined) return { ...start, isotp: { rxId, txId } };
  const [, pgn, addr] = numbers(parts, 3) ?? [];
  if (pgn === undefined || addr === undefined) return null;
  return { ...start, j1939: { name: BigInt(parts[0] ?? ""), pgn, addr } };
}

function parseRaw(parts: string[]): AddressInput | null {
  const family = integer(parts[0]);
  const data = bytesOf(parts[1]);
  return family === null || data === null || parts.length !== 2 ? null : { family, data };
}

function integer(text = ""): number | null {
  return /^(0x[\da-f]+|\d+)$/i.test(text) ? Number(text) : null;
}

/** Parses exactly `count` integers; `null` otherwise. */
function numbers(parts: string[], count: number): number[] | null {
  const found = parts.map(integer);
  return parts.length === count && found.every((number) => number !== null) ? found : null;
}

function bytesOf(text = "-"): Uint8Array | null {
  return /^([\da-f]{2})*$/i.test(text) ? Uint8Array.from(Buffer.from(text, "hex")) : null;
}

/** The bytes of a formatted name: UTF-8 text, and bytes written as `\xNN`. */
function unescape(text: string): Uint8Array {
  const bytes = Buffer.from(text).toString("latin1");
  const name = bytes.replace(/\\(?:x([\da-f]{2})|(\\)|)/gi, (_, code?: string, same?: string) => {
    if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
    if (same !== undefined) return same;
    throw invalidArgValue("text", "text in which each \\ is part of \\\\ or \\xNN", text);
  });
  return Uint8Array.from(Buffer.from(name, "latin1"));
}
