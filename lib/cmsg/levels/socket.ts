import { invalidArgType } from "../../arguments.ts";
import { Descriptor, descriptorOf } from "../../descriptors/descriptor.ts";
import { bytesOf, bytesOfAll, INT32, readNumbers, UINT64 } from "../../memory/fields.ts";
import { readerOf, writeNumbers } from "../../memory/structs.ts";
import { readText } from "../../memory/text.ts";
import * as sys from "../../sys/index.ts";
import { readInt } from "../int.ts";
import type {
  Credentials,
  RawControlMessage,
  ReceivedControl,
  Rights,
  Timestamp,
  Timestamps,
  TransmitTime,
} from "../messages.ts";

/** Encodes the control messages of SOL_SOCKET. */
export function encodeSocket(message: Rights | Credentials | TransmitTime): RawControlMessage {
  const level = sys.SOL_SOCKET;
  if (message.type === "SCM_RIGHTS") {
    const { descriptors } = message;
    if (!Array.isArray(descriptors)) throw invalidArgType("descriptors", "an array", descriptors);
    const data = bytesOfAll(INT32, Array.from(descriptors, descriptorOf), "descriptors");
    return { level, type: sys.SCM_RIGHTS, data };
  }
  if (message.type === "SCM_TXTIME") {
    return { level, type: sys.SCM_TXTIME, data: bytesOf(UINT64, message.timeNs, "timeNs") };
  }
  const { pid, uid, gid } = message;
  const data = writeNumbers(sys.structs.ucred, { pid, uid, gid });
  return { level, type: sys.SCM_CREDENTIALS, data };
}

/** `null`: the type is not known, and stays bytes. Descriptors become objects that own them. */
export function decodeSocket(type: number, data: Uint8Array): ReceivedControl | null {
  switch (type) {
    case sys.SCM_RIGHTS:
      return {
        type: "SCM_RIGHTS",
        descriptors: readNumbers(data, INT32).map((fd) => new Descriptor(fd)),
      };
    case sys.SCM_PIDFD:
      return decodeProcess(data);
    case sys.SCM_CREDENTIALS: {
      const read = readerOf(sys.structs.ucred, data);
      return (
        read && { type: "SCM_CREDENTIALS", pid: read("pid"), uid: read("uid"), gid: read("gid") }
      );
    }
    case sys.SCM_TIMESTAMP:
    case sys.SCM_TIMESTAMPNS:
      return decodeTime(type === sys.SCM_TIMESTAMP ? "SCM_TIMESTAMP" : "SCM_TIMESTAMPNS", data);
    case sys.SCM_TIMESTAMPING:
      return decodeTimes(data);
    case sys.SCM_SECURITY:
      return { type: "SCM_SECURITY", context: readText(data) };
    case sys.SO_RXQ_OVFL: {
      const dropped = readInt(data);
      return dropped === null ? null : { type: "SO_RXQ_OVFL", dropped: dropped >>> 0 };
    }
    default:
      return null;
  }
}

// The kernel writes -errno if it could not make a pidfd because the process has ended.
function decodeProcess(data: Uint8Array): ReceivedControl | null {
  const fd = readInt(data);
  if (fd === null) return null;
  return { type: "SCM_PIDFD", descriptor: fd < 0 ? null : new Descriptor(fd) };
}

function decodeTime(type: Timestamp["type"], data: Uint8Array): Timestamp | null {
  if (type === "SCM_TIMESTAMPNS") {
    const read = readerOf(sys.structs.timespec, data);
    return read && { type, timeNs: nanoseconds(read("sec"), read("nsec")) };
  }
  const read = readerOf(sys.structs.timeval, data);
  return read && { type, timeNs: nanoseconds(read("sec"), read("usec") * 1000) };
}

/** `struct scm_timestamping`: three times, zero where none was taken. */
function decodeTimes(data: Uint8Array): Timestamps | null {
  const { timespec } = sys.structs;
  const [softwareNs, legacyNs, hardwareNs] = [0, 1, 2].map((index) => {
    const read = readerOf(timespec, data.subarray(index * timespec.sizeof));
    return read && nanoseconds(read("sec"), read("nsec"));
  });
  if (hardwareNs === undefined || hardwareNs === null) return null;
  const taken = (timeNs: bigint | null = null): bigint | null => (timeNs === 0n ? null : timeNs);
  return {
    type: "SCM_TIMESTAMPING",
    softwareNs: taken(softwareNs),
    legacyNs: taken(legacyNs),
    hardwareNs: taken(hardwareNs),
  };
}

function nanoseconds(seconds: number, rest: number): bigint {
  return BigInt(seconds) * 1_000_000_000n + BigInt(rest);
}
