import { describe, expect, it } from "vitest";
import { Address } from "../../lib/address/address.ts";
import { decodeControl, encodeControl } from "../../lib/cmsg/codec.ts";
import type { ControlMessage } from "../../lib/cmsg/messages.ts";
import * as sys from "../../lib/sys/index.ts";

/** What goes out and comes in with the same bytes. */
const BOTH_WAYS: ControlMessage[] = [
  { type: "SCM_CREDENTIALS", pid: 1, uid: 4_294_967_295, gid: 3 },
  { type: "IPV6_PKTINFO", addr: "2001:db8::1", ifindex: 7 },
  { type: "IP_TTL", value: 255 },
  { type: "IPV6_HOPLIMIT", value: 1 },
  { type: "IP_TOS", value: 0x28 },
  { type: "IPV6_TCLASS", value: 0 },
  { level: 99, type: 12, data: Uint8Array.of(1, 2, 3) },
];

/** Numbers of C in the byte order of this machine, as hexadecimal digits. */
const int16 = (...numbers: number[]): string => hex(Uint16Array.from(numbers));
const int32 = (...numbers: number[]): string => hex(Uint32Array.from(numbers));

function hex({ buffer }: Uint16Array | Uint32Array): string {
  return Buffer.from(buffer).toString("hex");
}

describe("control messages", () => {
  it("come back as they were", () => {
    expect(decodeControl(encodeControl(BOTH_WAYS))).toEqual(BOTH_WAYS);
  });

  it("lay out IP_PKTINFO, UDP_SEGMENT and SCTP_SNDINFO as the headers say", () => {
    const control = encodeControl([
      { type: "IP_PKTINFO", ifindex: 2, spec_dst: "10.0.0.1" },
      { type: "UDP_SEGMENT", segmentSize: 1200 },
      { type: "SCTP_SNDINFO", sid: 5, ppid: 0xdeadbeef, assoc_id: -1 },
    ]);

    const raw = sys.cmsgRead(control);
    expect(raw.map(({ level, type }) => [level, type])).toEqual([
      [sys.IPPROTO_IP, sys.IP_PKTINFO],
      [sys.SOL_UDP, sys.UDP_SEGMENT],
      [sys.IPPROTO_SCTP, sys.SCTP_SNDINFO],
    ]);
    expect(raw.map(({ data }) => Buffer.from(data).toString("hex"))).toEqual([
      `${int32(2)}0a000001${int32(0)}`,
      int16(1200),
      int16(5, 0) + int32(0xdeadbeef, 0, 0xffffffff),
    ]);
  });

  it("lay out how an association of SCTP begins, and how long a message is worth sending", () => {
    const control = encodeControl([
      { type: "SCTP_INIT", num_ostreams: 7, max_init_timeo: 0x0102 },
      { type: "SCTP_PRINFO", policy: sys.SCTP_PR_SCTP_TTL, value: 500 },
      { type: "SCTP_DSTADDRV4", address: "10.0.0.1" },
      { type: "SCTP_DSTADDRV6", address: "fd00::1" },
    ]);

    const raw = sys.cmsgRead(control);
    expect(raw.every(({ level }) => level === sys.IPPROTO_SCTP)).toBe(true);
    expect(raw.map(({ type }) => type)).toEqual([
      ...[sys.SCTP_INIT, sys.SCTP_PRINFO, sys.SCTP_DSTADDRV4, sys.SCTP_DSTADDRV6],
    ]);
    expect(raw.map(({ data }) => Buffer.from(data).toString("hex"))).toEqual([
      ...[int16(7, 0, 0, 0x0102), int16(sys.SCTP_PR_SCTP_TTL, 0) + int32(500), "0a000001"],
      "fd000000000000000000000000000001",
    ]);
    const wrong = { type: "SCTP_DSTADDRV4", address: "fd00::1" } as const;
    expect(() => encodeControl([wrong])).toThrow(
      expect.objectContaining({ code: "ERR_INVALID_ARG_VALUE" }),
    );
  });

  it("decode SCTP_RCVINFO", () => {
    const data = Buffer.from(int16(1, 2, 3, 0) + int32(4, 5, 6, 7, 8), "hex");

    const control = sys.cmsgWrite([{ level: sys.IPPROTO_SCTP, type: sys.SCTP_RCVINFO, data }]);

    expect(decodeControl(control)).toEqual([
      {
        type: "SCTP_RCVINFO",
        ...{ sid: 1, ssn: 2, flags: 3, ppid: 4, tsn: 5, cumtsn: 6, context: 7, assoc_id: 8 },
      },
    ]);
  });

  it("lay out those of AF_ALG, kernel TLS and SO_TXTIME as the headers say", () => {
    const control = encodeControl([
      { type: "ALG_SET_OP", op: sys.ALG_OP_ENCRYPT },
      { type: "ALG_SET_IV", iv: new DataView(Uint8Array.of(0, 1, 2, 3, 0).buffer, 1, 3) },
      { type: "ALG_SET_AEAD_ASSOCLEN", sizeBytes: 16 },
      { type: "TLS_SET_RECORD_TYPE", recordType: 21 },
      { type: "SCM_TXTIME", timeNs: 0x0102_0304_0506_0708n },
    ]);

    const raw = sys.cmsgRead(control);
    expect(raw.map(({ level, type }) => [level, type])).toEqual([
      [sys.SOL_ALG, sys.ALG_SET_OP],
      [sys.SOL_ALG, sys.ALG_SET_IV],
      [sys.SOL_ALG, sys.ALG_SET_AEAD_ASSOCLEN],
      [sys.SOL_TLS, sys.TLS_SET_RECORD_TYPE],
      [sys.SOL_SOCKET, sys.SCM_TXTIME],
    ]);
    expect(raw.map(({ data }) => Buffer.from(data).toString("hex"))).toEqual([
      ...[int32(1), `${int32(3)}010203`, int32(16), "15"],
      hex(new Uint32Array(BigUint64Array.of(0x0102_0304_0506_0708n).buffer)),
    ]);
  });

  it("decode times, security contexts, destinations and types of records", () => {
    const times = (...each: bigint[]): Uint8Array =>
      new Uint8Array(BigInt64Array.from(each).buffer);
    const { SOL_SOCKET, IPPROTO_IP, IPPROTO_IPV6 } = sys;
    const [ipv4, ipv6] = [sys.sockaddrIn("10.0.0.1", 80), sys.sockaddrIn6("fd00::1", 443)];
    const control = sys.cmsgWrite([
      { level: SOL_SOCKET, type: sys.SCM_TIMESTAMPING, data: times(5n, 6n, 0n, 0n, 7n, 8n) },
      { level: SOL_SOCKET, type: sys.SCM_SECURITY, data: Buffer.from("unconfined\0") },
      { level: IPPROTO_IP, type: sys.SCM_SECURITY, data: Buffer.from("system_u:r") },
      { level: IPPROTO_IP, type: sys.IP_ORIGDSTADDR, data: ipv4 },
      { level: IPPROTO_IPV6, type: sys.IPV6_ORIGDSTADDR, data: ipv6 },
      { level: sys.SOL_TLS, type: sys.TLS_GET_RECORD_TYPE, data: Uint8Array.of(22) },
    ]);

    expect(decodeControl(control)).toEqual([
      {
        type: "SCM_TIMESTAMPING",
        ...{ softwareNs: 5_000_000_006n, legacyNs: null, hardwareNs: 7_000_000_008n },
      },
      { type: "SCM_SECURITY", context: "unconfined" },
      { type: "SCM_SECURITY", context: "system_u:r" },
      { type: "IP_ORIGDSTADDR", address: Address.parse("10.0.0.1:80") },
      { type: "IPV6_ORIGDSTADDR", address: Address.parse("[fd00::1]:443") },
      { type: "TLS_GET_RECORD_TYPE", recordType: 22 },
    ]);
  });

  it("tell completions and timestamps of the error queue from errors, on every level", () => {
    // struct sock_extended_err: errno, origin, type, code, pad, info, data.
    const notice = (origin: number, code: number, info: number, data: number): Uint8Array =>
      Buffer.concat([
        Buffer.from(int32(0), "hex"),
        Uint8Array.of(origin, 0, code, 0),
        Buffer.from(int32(info, data), "hex"),
      ]);
    const { SO_EE_ORIGIN_TIMESTAMPING: STAMP, SO_EE_ORIGIN_ZEROCOPY: ZEROCOPY } = sys;
    const control = sys.cmsgWrite([
      { level: sys.IPPROTO_IP, type: sys.IP_RECVERR, data: notice(ZEROCOPY, 1, 4, 2 ** 32 - 1) },
      { level: sys.IPPROTO_IPV6, type: sys.IPV6_RECVERR, data: notice(ZEROCOPY, 0, 5, 5) },
      { level: sys.SOL_PACKET, type: sys.PACKET_TX_TIMESTAMP, data: notice(STAMP, 0, 1, 7) },
      { level: sys.IPPROTO_IP, type: sys.IP_RECVERR, data: notice(STAMP, 0, 99, 0) },
    ]);

    expect(decodeControl(control)).toEqual([
      { type: "MSG_ZEROCOPY", from: 4, to: 2 ** 32 - 1, copied: true },
      { type: "MSG_ZEROCOPY", from: 5, to: 5, copied: false },
      { type: "SO_EE_ORIGIN_TIMESTAMPING", stage: "scheduled", info: 1, id: 7 },
      { type: "SO_EE_ORIGIN_TIMESTAMPING", stage: null, info: 99, id: 0 },
    ]);
  });

  it("stay raw where they were cut short, and say that no process could be opened", () => {
    const { SOL_SOCKET, IPPROTO_IP, IPPROTO_IPV6, SOL_UDP, IPPROTO_SCTP } = sys;
    const cut = [
      [SOL_SOCKET, sys.SCM_CREDENTIALS],
      [SOL_SOCKET, sys.SCM_TIMESTAMP],
      [SOL_SOCKET, sys.SCM_TIMESTAMPNS],
      [SOL_SOCKET, sys.SCM_TIMESTAMPING],
      [SOL_SOCKET, sys.SCM_PIDFD],
      [IPPROTO_IP, sys.IP_ORIGDSTADDR],
      [IPPROTO_IPV6, sys.IPV6_ORIGDSTADDR],
      [sys.SOL_PACKET, sys.PACKET_TX_TIMESTAMP],
      [SOL_SOCKET, sys.SO_RXQ_OVFL],
      [IPPROTO_IP, sys.IP_PKTINFO],
      [IPPROTO_IP, sys.IP_TTL],
      [IPPROTO_IP, sys.IP_RECVERR],
      [IPPROTO_IPV6, sys.IPV6_PKTINFO],
      [IPPROTO_IPV6, sys.IPV6_RECVERR],
      [SOL_UDP, sys.UDP_GRO],
      [IPPROTO_SCTP, sys.SCTP_RCVINFO],
    ].map(([level = 0, type = 0]) => ({ level, type, data: Uint8Array.of(1, 2) }));
    const gone = new Uint8Array(Int32Array.of(-3).buffer);

    expect(decodeControl(sys.cmsgWrite(cut))).toEqual(cut);
    expect(
      decodeControl(sys.cmsgWrite([{ level: SOL_SOCKET, type: sys.SCM_PIDFD, data: gone }])),
    ).toEqual([{ type: "SCM_PIDFD", descriptor: null }]);
  });

  it.each([
    [{ type: "SCM_TIMESTAMP", timeNs: 1 }, "ERR_INVALID_ARG_VALUE"],
    [{ type: "UDP_GRO", segmentSize: 1 }, "ERR_INVALID_ARG_VALUE"],
    [{ type: "MSG_ZEROCOPY", from: 0, to: 1 }, "ERR_INVALID_ARG_VALUE"],
    [{ type: "TLS_GET_RECORD_TYPE", recordType: 1 }, "ERR_INVALID_ARG_VALUE"],
    [{ type: "TLS_SET_RECORD_TYPE", recordType: 256 }, "ERR_OUT_OF_RANGE"],
    [{ type: "SCM_TXTIME", timeNs: 1 }, "ERR_INVALID_ARG_TYPE"],
    [{ type: "ALG_SET_OP", op: 2 }, "ERR_INVALID_ARG_VALUE"],
    [{ type: "ALG_SET_IV", iv: "x" }, "ERR_INVALID_ARG_TYPE"],
    [{ type: "ALG_SET_AEAD_ASSOCLEN", sizeBytes: -1 }, "ERR_OUT_OF_RANGE"],
    [{ type: "UDP_SEGMENT", segmentSize: 65_536 }, "ERR_OUT_OF_RANGE"],
    [{ type: "IP_TTL", value: 256 }, "ERR_OUT_OF_RANGE"],
    [{ type: "IP_TTL", value: "1" }, "ERR_INVALID_ARG_TYPE"],
    [{ type: "IP_PKTINFO", ifindex: 1, spec_dst: "::1" }, "ERR_INVALID_ARG_VALUE"],
    [{ type: "IPV6_PKTINFO", ifindex: 1, addr: 5 }, "ERR_INVALID_ARG_TYPE"],
    [{ type: "SCM_RIGHTS", descriptors: 5 }, "ERR_INVALID_ARG_TYPE"],
    [{ type: "SCM_RIGHTS", descriptors: ["x"] }, "ERR_INVALID_ARG_TYPE"],
    [{ type: "SCM_CREDENTIALS", pid: 1, uid: -1, gid: 1 }, "ERR_OUT_OF_RANGE"],
    [{ type: "SCTP_SNDINFO", sid: 65_536 }, "ERR_OUT_OF_RANGE"],
    [{ level: 1, type: 1, data: "x" }, "ERR_INVALID_ARG_TYPE"],
    [{ type: 1, data: new Uint8Array(1) }, "ERR_INVALID_ARG_TYPE"],
    [null, "ERR_INVALID_ARG_TYPE"],
    [{}, "ERR_INVALID_ARG_VALUE"],
  ])("that cannot be sent are refused: %j", (message, code) => {
    const wrong = message as unknown as ControlMessage;

    expect(() => encodeControl([wrong])).toThrow(expect.objectContaining({ code }));
  });

  it("are refused by TypeScript where their parts are wrong", () => {
    const wrong: ControlMessage[] = [
      // @ts-expect-error -- text where a number belongs
      { type: "IP_TTL", value: "1" },
      // @ts-expect-error -- no such message
      { type: "IP_TLL", value: 1 },
      // @ts-expect-error -- one that only comes in
      { type: "SCM_TIMESTAMP", timeNs: 1n },
    ];

    expect(() => encodeControl(wrong)).toThrow(TypeError);
  });
});
