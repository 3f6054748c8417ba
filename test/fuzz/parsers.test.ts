import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Address } from "../../lib/address/address.ts";
import { decodeControl, encodeControl } from "../../lib/cmsg/codec.ts";
import type { ControlMessage } from "../../lib/cmsg/messages.ts";
import { readNumber, writeNumber } from "../../lib/memory/fields.ts";
import { alignUp } from "../../lib/memory/records.ts";
import type { Field } from "../../lib/native/structs.ts";
import { decodeLinkAddress } from "../../lib/netlink/address.ts";
import { decodeLink } from "../../lib/netlink/link.ts";
import { attributesIn, encodeMessage, messagesIn } from "../../lib/netlink/message.ts";
import { decodeRoute } from "../../lib/netlink/route.ts";
import * as sys from "../../lib/sys/index.ts";

const seed = Number(process.env["POLLUX_FUZZ_SEED"] ?? Date.now() % 2 ** 31);
const RUNS = { seed, numRuns: 3000 };
const GUARD = 67;

/** What `parse` returns, or the code of its error. All errors have one. */
function outcome(parse: () => unknown): unknown {
  try {
    return parse();
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (typeof code !== "string") throw error;
    return { code };
  }
}

/** Parses the bytes between others, at an odd address, with each of two values around them. */
function parseBetween(bytes: Uint8Array, parse: (view: Uint8Array) => unknown): unknown {
  const [first, second] = [0x00, 0xff].map((poison) => {
    const all = new Uint8Array(bytes.length + 2 * GUARD).fill(poison);
    const view = all.subarray(GUARD, GUARD + bytes.length);
    view.set(bytes);
    const before = all.slice();
    const found = outcome(() => parse(view));
    expect(Buffer.compare(all, before)).toBe(0);
    // A copy: views into `all` would be compared together with it.
    return structuredClone(found);
  });
  // Much faster than toEqual(), which then says where they differ.
  if (!isDeepStrictEqual(second, first)) expect(second).toEqual(first);
  return first;
}

const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const uint32 = fc.nat(2 ** 32 - 1);
const uint16 = fc.nat(65_535);
const bytesUpTo = (maxLength: number) => fc.uint8Array({ maxLength });

/** A header's length field that is right, a little wrong, or anything. */
const lengthFault = fc.oneof(
  { weight: 6, arbitrary: fc.constant((right: number) => right) },
  {
    weight: 2,
    arbitrary: fc.integer({ min: -20, max: 20 }).map((by) => (right: number) => right + by),
  },
  { weight: 1, arbitrary: uint32.map((value) => () => value) },
);

interface Format {
  readonly header: number;
  readonly alignment: number;
  readonly length: Field;
  /** Whether the length contains the header. */
  readonly whole: boolean;
  readonly fields: readonly (readonly [Field, fc.Arbitrary<number>])[];
  readonly payload: fc.Arbitrary<Uint8Array>;
}

/** Records one after the other, most of them well-formed, and something at the end. */
function records({ header, alignment, length, whole, fields, payload }: Format) {
  const record = fc
    .tuple(payload, lengthFault, ...fields.map(([, values]) => values))
    .map(([content, fault, ...values]) => {
      const size = header + content.length;
      const bytes = new Uint8Array(alignUp(size, alignment));
      const faulty = fault(whole ? size : content.length);
      const max = 2 ** (8 * Math.min(length.size, 6)) - 1;
      writeNumber(bytes, length, Math.min(Math.max(faulty, 0), max), "length");
      fields.forEach(([field], index) => {
        writeNumber(bytes, field, values[index], "field");
      });
      bytes.set(content, header);
      return bytes;
    });
  return fc
    .tuple(fc.array(record, { maxLength: 5 }), bytesUpTo(20))
    .map(([all, rest]) => Uint8Array.from(Buffer.concat([...all, rest])));
}

describe(`bytes of the kernel, right and wrong (POLLUX_FUZZ_SEED=${String(seed)})`, () => {
  const families = fc.constantFrom(
    ...[sys.AF_UNSPEC, sys.AF_UNIX, sys.AF_INET, sys.AF_INET6, sys.AF_NETLINK, sys.AF_PACKET],
    ...[sys.AF_VSOCK, sys.AF_CAN, 65_535],
  );
  const sockaddrs = fc
    .tuple(families, bytesUpTo(sys.SOCKADDR_STORAGE_SIZE))
    .map(([family, rest]) => {
      const start = new Uint8Array(Uint16Array.of(family).buffer);
      return Uint8Array.from(Buffer.concat([start, rest]));
    });

  it("are an address whose text reads back as the same text", () => {
    fc.assert(
      fc.property(fc.oneof(sockaddrs, bytesUpTo(130)), (bytes) => {
        parseBetween(bytes, (view) => {
          const address = new Address(view);
          const text = String(address);
          expect(String(Address.parse(text))).toBe(text);
          return [text, address.fields, address.bytes];
        });
      }),
      RUNS,
    );
  });

  const { fields: cmsg } = sys.structs.cmsghdr;
  const CONTROL: Format = {
    header: sys.cmsgLen(0),
    alignment: sys.cmsgAlign(1),
    length: cmsg.len,
    whole: true,
    fields: [
      [
        cmsg.level,
        fc.oneof(
          fc.constantFrom(sys.SOL_SOCKET, sys.IPPROTO_IP, sys.IPPROTO_IPV6, sys.SOL_UDP),
          fc.constantFrom(sys.IPPROTO_SCTP, 99),
        ),
      ],
      [cmsg.type, fc.nat(120)],
    ],
    payload: bytesUpTo(60),
  };
  // These two own the descriptors that they name.
  const opens = ({ level, type }: sys.RawControlMessage): boolean =>
    level === sys.SOL_SOCKET && (type === sys.SCM_RIGHTS || type === sys.SCM_PIDFD);

  it("are control messages, and all of their bytes lie within", () => {
    fc.assert(
      fc.property(fc.oneof(records(CONTROL), bytesUpTo(200)), (bytes) => {
        const raw = sys.cmsgRead(bytes);
        let at = 0;
        for (const { data } of raw) {
          expect(readNumber(bytes, cmsg.len, at)).toBe(sys.cmsgLen(data.length));
          at += sys.cmsgSpace(data.length);
        }
        expect(sys.cmsgRead(sys.cmsgWrite(raw))).toEqual(raw);
        parseBetween(bytes, (view) => sys.cmsgRead(view));
        fc.pre(!raw.some(opens));
        parseBetween(bytes, (view) => decodeControl(view));
      }),
      RUNS,
    );
  });

  const { fields: nlmsg, sizeof: nlmsgSize } = sys.structs.nlmsghdr;
  const { fields: nlattr, sizeof: nlattrSize } = sys.structs.nlattr;
  const attributes = records({
    header: nlattrSize,
    alignment: sys.NLA_ALIGNTO,
    length: nlattr.len,
    whole: true,
    fields: [[nlattr.type, fc.oneof(fc.nat(60), uint16)]],
    payload: bytesUpTo(40),
  });

  it("are messages of netlink, followed by what is none", () => {
    const messages = records({
      header: nlmsgSize,
      alignment: sys.NLMSG_ALIGNTO,
      length: nlmsg.len,
      whole: true,
      fields: [
        [nlmsg.type, uint16],
        [nlmsg.flags, uint16],
        [nlmsg.seq, uint32],
        [nlmsg.pid, uint32],
      ],
      payload: bytesUpTo(60),
    });
    fc.assert(
      fc.property(fc.oneof(messages, bytesUpTo(100)), (bytes) => {
        parseBetween(bytes, (view) => {
          const found = messagesIn(view);
          const used = found.messages.reduce((sum, { payload }) => {
            return sum + alignUp(nlmsgSize + payload.length, sys.NLMSG_ALIGNTO);
          }, 0);
          expect(Math.max(0, bytes.length - used)).toBe(found.rest);
          return found;
        });
      }),
      RUNS,
    );
  });

  it.each([
    ["links", decodeLink, sys.structs.ifinfomsg],
    ["addresses", decodeLinkAddress, sys.structs.ifaddrmsg],
    ["routes", decodeRoute, sys.structs.rtmsg],
  ])("are %s and their attributes", (_, decode, { sizeof }) => {
    const family = fc.constantFrom(sys.AF_INET, sys.AF_INET6, sys.AF_UNSPEC, 200);
    const payloads = fc
      .tuple(family, fc.uint8Array({ minLength: sizeof, maxLength: sizeof }), attributes)
      .map(([af, start, rest]) => {
        start[0] = af;
        return Uint8Array.from(Buffer.concat([start, rest]));
      });
    fc.assert(
      fc.property(fc.oneof(payloads, bytesUpTo(60)), (bytes) => {
        parseBetween(bytes, (view) => attributesIn(view));
        parseBetween(bytes, (view) => decode(view));
      }),
      RUNS,
    );
  });

  const { fields: inotify, sizeof: inotifySize } = sys.structs.inotify_event;

  it("are events of inotify, as many as are whole", () => {
    const events = records({
      header: inotifySize,
      alignment: 1,
      length: inotify.len,
      whole: false,
      fields: [
        [inotify.wd, int32],
        [inotify.mask, uint32],
        [inotify.cookie, uint32],
      ],
      payload: bytesUpTo(40),
    });
    fc.assert(
      fc.property(fc.oneof(events, bytesUpTo(100)), (bytes) => {
        parseBetween(bytes, (view) => {
          const found = sys.inotifyEvents(view);
          expect(found.length * inotifySize).toBeLessThanOrEqual(bytes.length);
          return found;
        });
      }),
      RUNS,
    );
  });
});

describe("what this package writes", () => {
  it("is control messages that read back as they were", () => {
    const messages: fc.Arbitrary<ControlMessage> = fc.oneof(
      fc.record({
        type: fc.constant("SCM_CREDENTIALS" as const),
        pid: fc.nat(2 ** 31 - 1),
        uid: uint32,
        gid: uint32,
      }),
      fc.record({
        type: fc.constantFrom("IP_TTL", "IPV6_HOPLIMIT", "IP_TOS", "IPV6_TCLASS"),
        value: fc.nat(255),
      }),
      fc.record({ level: fc.constant(99), type: int32, data: bytesUpTo(50) }),
    );
    fc.assert(
      fc.property(fc.array(messages, { maxLength: 6 }), (given) => {
        expect(parseBetween(encodeControl(given), (view) => decodeControl(view))).toEqual(given);
      }),
      RUNS,
    );
  });

  it("is messages of netlink that read back as they were", () => {
    const message = fc.tuple(uint16, uint16, uint32, bytesUpTo(60));
    fc.assert(
      fc.property(fc.array(message, { maxLength: 4 }), (given) => {
        const written = given.map(([type, flags, seq, payload]) =>
          encodeMessage(type, flags, seq, payload),
        );

        const { messages, rest } = messagesIn(Uint8Array.from(Buffer.concat(written)));

        expect(rest).toBe(0);
        expect(
          messages.map(({ type, flags, seq, payload }) => [type, flags, seq, payload]),
        ).toEqual(given);
      }),
      RUNS,
    );
  });
});

describe("Address.parse", () => {
  const piece = fc.oneof(
    fc.constantFrom("unix:", "netlink:", "packet:", "vsock:", "can:", "family:", "[", "]", "%"),
    fc.constantFrom(":", "@", "/", "./", "\\x", "\\", "0x", "lo", "unnamed", "::1", "127.0.0.1"),
    fc.nat().map(String),
    fc.string({ unit: "binary", maxLength: 6 }),
  );

  it("reads any text as an address that is text again, or says with a code why not", () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 9 }), (pieces) => {
        outcome(() => {
          const address = Address.parse(pieces.join(""));
          expect(Address.parse(String(address)).equals(address)).toBe(true);
        });
      }),
      { ...RUNS, numRuns: 10_000 },
    );
  });
});
