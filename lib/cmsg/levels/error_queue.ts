import { Address } from "../../address/address.ts";
import { SystemError } from "../../errors.ts";
import { readerOf } from "../../memory/structs.ts";
import * as sys from "../../sys/index.ts";
import type {
  ExtendedError,
  TimestampPoint,
  TimestampStage,
  ZeroCopyCompletion,
} from "../messages.ts";

const STAGES: ReadonlyMap<number, TimestampStage> = new Map([
  [sys.SCM_TSTAMP_SND, "sent"],
  [sys.SCM_TSTAMP_SCHED, "scheduled"],
  [sys.SCM_TSTAMP_ACK, "acknowledged"],
  [sys.SCM_TSTAMP_COMPLETION, "completed"],
]);

const { sock_extended_err: struct } = sys.structs;

/** What the error queue tells besides errors: `struct sock_extended_err` of another origin. */
export type QueuedNotice = ZeroCopyCompletion | TimestampPoint;

/** Decodes a message of the error queue; `null` if it is too short. */
export function decodeError(
  type: ExtendedError["type"],
  bytes: Uint8Array,
): ExtendedError | QueuedNotice | null {
  const notice = decodeNotice(bytes);
  const read = readerOf(struct, bytes);
  if (notice || !read) return notice;
  const { code, errno } = new SystemError(read("errno"), "");
  // SO_EE_OFFENDER: an address after the structure, AF_UNSPEC if there was no ICMP message.
  const offender = new Address(bytes.subarray(struct.sizeof));
  const known = offender.family !== sys.AF_UNSPEC;
  return {
    ...{ type, code, errno, origin: read("origin") },
    ...{ icmpType: read("type"), icmpCode: read("code"), info: read("info"), data: read("data") },
    offender: known ? offender : null,
  };
}

/** What a packet socket has on its error queue. `null`: the type is not known, and stays bytes. */
export function decodePacket(type: number, data: Uint8Array): QueuedNotice | null {
  return type === sys.PACKET_TX_TIMESTAMP ? decodeNotice(data) : null;
}

/** `null`: it is an error, or too short. */
function decodeNotice(bytes: Uint8Array): QueuedNotice | null {
  const read = readerOf(struct, bytes);
  if (!read) return null;
  switch (read("origin")) {
    case sys.SO_EE_ORIGIN_ZEROCOPY: {
      const copied = (read("code") & sys.SO_EE_CODE_ZEROCOPY_COPIED) !== 0;
      return { type: "MSG_ZEROCOPY", from: read("info"), to: read("data"), copied };
    }
    case sys.SO_EE_ORIGIN_TIMESTAMPING: {
      const info = read("info");
      const stage = STAGES.get(info) ?? null;
      return { type: "SO_EE_ORIGIN_TIMESTAMPING", stage, info, id: read("data") };
    }
    default:
      return null;
  }
}
