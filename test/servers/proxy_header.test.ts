import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isSystemError } from "../../lib/errors.ts";
import type { ProxyHeader } from "../../lib/servers/proxy_header.ts";
import { parseProxyHeader } from "../../lib/servers/proxy_protocol.ts";

const SIGNATURE = [0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a];
const LOCAL = 0x20;
const PROXY = 0x21;
const TCP4 = 0x11;

function version2(command: number, family: number, block: readonly number[]): Buffer {
  const size = [block.length >> 8, block.length & 0xff];
  return Buffer.from([...SIGNATURE, command, family, ...size, ...block]);
}

function tlv(type: number, value: readonly number[]): number[] {
  return [type, value.length >> 8, value.length & 0xff, ...value];
}

function name108(name: string): number[] {
  return [...Buffer.concat([Buffer.from(name, "latin1"), Buffer.alloc(108)]).subarray(0, 108)];
}

const IN4 = [192, 0, 2, 1, 198, 51, 100, 2, 0xdc, 0x04, 0x01, 0xbb];
const IN6 = [
  ...[0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
  ...[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 0, 0, 1],
  ...[0, 1, 0xff, 0xff],
];

type Text = Omit<ProxyHeader, "source" | "destination"> & { source: unknown; destination: unknown };

function parse(bytes: Uint8Array): Text | null {
  const header = parseProxyHeader(bytes, 0, bytes.length);
  const text = (address: ProxyHeader["source"]): string | null => address && String(address);
  return (
    header && { ...header, source: text(header.source), destination: text(header.destination) }
  );
}

function reasonOf(bytes: Uint8Array): string {
  try {
    parse(bytes);
  } catch (error) {
    if (!isSystemError(error, "EPROTO")) throw error;
    expect(error).toMatchObject({ syscall: "recv", errno: -71 });
    return error.reason ?? "";
  }
  return "none";
}

/** One of each kind, and what it says. */
type Good = readonly [
  kind: string,
  bytes: Uint8Array,
  source: string | null,
  destination: string | null,
];

const GOOD: readonly Good[] = [
  [
    "TCP4",
    Buffer.from("PROXY TCP4 192.0.2.1 198.51.100.2 56324 443\r\n"),
    "192.0.2.1:56324",
    "198.51.100.2:443",
  ],
  [
    "TCP6",
    Buffer.from("PROXY TCP6 2001:DB8::1 ::ffff:10.0.0.1 0 65535\r\n"),
    "[2001:db8::1]:0",
    "[::ffff:10.0.0.1]:65535",
  ],
  ["UNKNOWN", Buffer.from("PROXY UNKNOWN\r\n"), null, null],
  [
    "the longest line",
    Buffer.from(`PROXY UNKNOWN ${"f".repeat(39)} ${"f".repeat(39)} 65535 65535\r\n`),
    null,
    null,
  ],
  ["AF_INET, STREAM", version2(PROXY, 0x11, IN4), "192.0.2.1:56324", "198.51.100.2:443"],
  ["AF_INET, DGRAM", version2(PROXY, 0x12, IN4), "192.0.2.1:56324", "198.51.100.2:443"],
  ["AF_INET6, STREAM", version2(PROXY, 0x21, IN6), "[2001:db8::1]:1", "[::ffff:10.0.0.1]:65535"],
  ["AF_INET6, DGRAM", version2(PROXY, 0x22, IN6), "[2001:db8::1]:1", "[::ffff:10.0.0.1]:65535"],
  [
    "AF_UNIX, STREAM",
    version2(PROXY, 0x31, [...name108("/run/a b"), ...name108("\0abstract")]),
    "/run/a b",
    "@abstract",
  ],
  [
    "AF_UNIX, DGRAM, and names that are empty and full",
    version2(PROXY, 0x32, [...name108(""), ...name108(`/${"x".repeat(120)}`)]),
    "unnamed",
    `/${"x".repeat(107)}`,
  ],
  ["AF_INET, UNSPEC", version2(PROXY, 0x10, IN4), null, null],
  ["AF_UNSPEC", version2(PROXY, 0x00, []), null, null],
  ["AF_UNSPEC with bytes that say nothing", version2(PROXY, 0x00, [1, 2, 3, 4]), null, null],
  ["LOCAL", version2(LOCAL, 0x00, []), null, null],
  ["LOCAL with a family that does not exist", version2(LOCAL, 0xff, [1, 2, 3, 4, 5]), null, null],
  [
    "TLVs of all kinds",
    version2(PROXY, TCP4, [...IN4, ...tlv(4, []), ...tlv(1, [104, 50]), ...tlv(0xe0, IN6)]),
    "192.0.2.1:56324",
    "198.51.100.2:443",
  ],
  [
    "65,535 bytes after the fixed part",
    version2(PROXY, TCP4, [...IN4, ...tlv(4, Array<number>(65_535 - 12 - 3).fill(0))]),
    "192.0.2.1:56324",
    "198.51.100.2:443",
  ],
];

const BAD: readonly (readonly [string, Uint8Array, RegExp])[] = [
  ...["GET / HTTP/1.1\r\n", "\x16\x03\x01", "proxy TCP4 ", "PROXY\tTCP4", "\r\n\r\n\r"].map(
    (text) => [JSON.stringify(text), Buffer.from(text, "latin1"), /there is none/] as const,
  ),
  ...[
    ["PROXY TCP4 192.0.2.1 198.51.100.2 56324 443\n", /a line feed without/],
    ["PROXY TCP4 192.0.2.1 198.51.100.2 56324 443\r\r\n", /a carriage return without/],
    ["PROXY UNKNOWN\rx", /a carriage return without/],
    ["PROXY TCP4\r\n", /not two addresses/],
    ["PROXY TCP4 192.0.2.1 198.51.100.2 1\r\n", /not two addresses/],
    ["PROXY TCP4 192.0.2.1  198.51.100.2 1 2\r\n", /not two addresses/],
    ["PROXY TCP4 192.0.2.1 198.51.100.2 1 2 \r\n", /not two addresses/],
    ["PROXY UDP4 192.0.2.1 198.51.100.2 1 2\r\n", /none of TCP4, TCP6, UNKNOWN/],
    ["PROXY unknown a b c d\r\n", /none of TCP4, TCP6, UNKNOWN/],
    ["PROXY constructor a b c d\r\n", /none of TCP4, TCP6, UNKNOWN/],
    ["PROXY TCP4 ::1 ::1 1 2\r\n", /not an address of TCP4/],
    ["PROXY TCP6 192.0.2.1 192.0.2.1 1 2\r\n", /not an address of TCP6/],
    ["PROXY TCP4 192.0.2.01 198.51.100.2 1 2\r\n", /not an address of TCP4/],
    ["PROXY TCP4 192.0.2.1 198.51.100.256 1 2\r\n", /not an address of TCP4/],
    ["PROXY TCP4 192.0.2.1\0 198.51.100.2 1 2\r\n", /not an address of TCP4/],
    ["PROXY TCP6 fe80::1%lo fe80::2 1 2\r\n", /not an address of TCP6/],
    ["PROXY TCP4 192.0.2.1 198.51.100.2 01 2\r\n", /not a port/],
    ["PROXY TCP4 192.0.2.1 198.51.100.2 1 65536\r\n", /not a port/],
    ["PROXY TCP4 192.0.2.1 198.51.100.2 -1 2\r\n", /not a port/],
    [`PROXY UNKNOWN ${"x".repeat(92)}\r\n`, /no end of line in 107 bytes/],
    [`PROXY UNKNOWN ${"x".repeat(93)}`, /no end of line in 107 bytes/],
  ].map(
    ([text, reason]) =>
      [JSON.stringify(text), Buffer.from(String(text), "latin1"), reason as RegExp] as const,
  ),
  ["version 1 in binary", version2(0x11, TCP4, IN4), /version 1 is none of/],
  ["command 2", version2(0x22, TCP4, IN4), /command 2 is neither/],
  ["family 4", version2(PROXY, 0x41, IN4), /address family 4 does not exist/],
  ["transport 3", version2(PROXY, 0x13, IN4), /transport 3 does not exist/],
  ["too few bytes for IPv4", version2(PROXY, TCP4, IN4.slice(1)), /too short/],
  ["too few bytes for IPv6", version2(PROXY, 0x21, IN6.slice(1)), /too short/],
  ["too few bytes for names", version2(PROXY, 0x31, name108("/a")), /too short/],
  ["half a TLV", version2(PROXY, TCP4, [...IN4, 4, 0]), /a TLV that goes beyond/],
  ["a TLV of 5 bytes with 4", version2(PROXY, TCP4, [...IN4, 4, 0, 5, 1, 2, 3, 4]), /beyond/],
  ["a checksum that is wrong", version2(PROXY, TCP4, [...IN4, ...tlv(3, [1, 2, 3, 4])]), /wrong/],
  ["a wrong checksum of LOCAL", version2(LOCAL, 0, tlv(3, [1, 2, 3, 4])), /checksum is wrong/],
  ["a short checksum", version2(PROXY, TCP4, [...IN4, ...tlv(3, [1, 2])]), /not four bytes/],
];

describe("a PROXY header", () => {
  it.each(GOOD)("of %s says who talks to whom", (_kind, bytes, source, destination) => {
    expect(parse(bytes)).toEqual({
      version: bytes[0] === 0x50 ? 1 : 2,
      ...{ source, destination, length: bytes.length },
    });
  });

  it.each(GOOD)("of %s is the same at each offset and before data", (_kind, bytes, source) => {
    const data = Buffer.concat([Buffer.from("\r\nPROXY "), bytes, Buffer.from("\r\nPROXY TCP4 ")]);

    const header = parseProxyHeader(data, 8, data.length - 8);

    expect(header?.length).toBe(bytes.length);
    expect(header?.source === null ? null : String(header?.source)).toBe(source);
  });

  it.each(GOOD)("of %s is waited for, byte by byte", (_kind, bytes) => {
    const step = Math.max(1, Math.floor(bytes.length / 500));
    for (let length = 0; length < bytes.length; length += step) {
      expect(parseProxyHeader(bytes, 0, length)).toBe(null);
    }
    expect(parseProxyHeader(bytes, 0, bytes.length - 1)).toBe(null);
  });

  it.each(BAD)("is refused: %s", (_what, bytes, reason) => {
    expect(reasonOf(bytes)).toMatch(reason);
  });

  it("is refused at the first byte that cannot be right", () => {
    expect(reasonOf(Buffer.from("X"))).toMatch(/there is none/);
    expect(reasonOf(Buffer.from("PROXY TCP4 1\n"))).toMatch(/line feed/);
    expect(reasonOf(Buffer.from([...SIGNATURE, 0x31]))).toMatch(/version 3/);
    expect(reasonOf(version2(PROXY, 0x41, IN4).subarray(0, 16))).toMatch(/family 4/);
    expect(reasonOf(version2(PROXY, TCP4, [1]).subarray(0, 16))).toMatch(/too short/);
  });

  it("has a checksum that each changed bit makes wrong", () => {
    const block = [...IN4, ...tlv(4, [7]), ...tlv(3, [0, 0, 0, 0]), ...tlv(0xea, [8, 9])];
    const sealed = seal(version2(PROXY, TCP4, block), 16 + 12 + 4 + 3);
    expect(parse(sealed)).toMatchObject({ source: "192.0.2.1:56324" });

    for (let bit = 16 * 8; bit < sealed.length * 8; bit++) {
      const changed = Uint8Array.from(sealed);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      const isType = bit >> 3 === 16 + 12 + 4; // then it is a TLV of another kind, which is skipped
      const reason = reasonOf(changed);
      if (!isType) expect(reason, String(bit)).toMatch(/checksum|beyond/);
    }
  });

  it("that is any bytes is refused with EPROTO, waited for, or within them", () => {
    const start = fc.constantFrom<readonly number[]>(
      ...[[], [...Buffer.from("PROXY ")], [...Buffer.from("PROXY TCP4 ")], SIGNATURE],
      ...[
        [...SIGNATURE, PROXY],
        [...SIGNATURE, PROXY, TCP4, 0],
        [...SIGNATURE, LOCAL, 0, 0],
      ],
    );
    const rest = fc.uint8Array({ maxLength: 300 });
    fc.assert(
      fc.property(start, rest, fc.nat(9), (begin, bytes, before) => {
        const content = Uint8Array.from([...begin, ...bytes]);
        // What is read beyond would be found here: it would make each of these complete.
        const memory = new Uint8Array(before + content.length + 9).fill(0x0a);
        memory.set(content, before);
        const outcome = (buffer: Uint8Array, offset: number): unknown => {
          try {
            const header = parseProxyHeader(buffer, offset, content.length);
            expect(header === null || header.length <= content.length).toBe(true);
            return header && { ...header };
          } catch (error) {
            if (!isSystemError(error, "EPROTO")) throw error;
            return error.reason;
          }
        };
        expect(outcome(memory, before)).toEqual(outcome(content, 0));
        expect(memory.subarray(before, before + content.length)).toEqual(content);
      }),
      { numRuns: 2000 },
    );
  });

  it("never changes its mind: what is refused stays so with more bytes, what is complete stays complete", () => {
    const header = fc.constantFrom(...GOOD, ...BAD).map(([, bytes]) => bytes.subarray(0, 300));
    fc.assert(
      fc.property(header, fc.uint8Array({ maxLength: 20 }), fc.nat(400), (bytes, more, cut) => {
        const all = Buffer.concat([bytes, more]);
        const [early, late] = [all.subarray(0, cut), all].map((some) => {
          try {
            return parse(some);
          } catch (error) {
            return (error as Error).message;
          }
        });
        if (early !== null) expect(late).toEqual(early);
      }),
    );
  });
});

/** Writes the checksum, which is computed here bit by bit. */
function seal(header: Buffer, at: number): Buffer {
  let crc = 0xffff_ffff;
  for (const byte of header) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f6_3b78 : 0);
  }
  header.writeUInt32BE(~crc >>> 0, at);
  return header;
}
