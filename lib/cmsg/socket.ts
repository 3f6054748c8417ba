import { invalidArgType } from "../arguments.ts";
import { Descriptor, descriptorOf } from "../descriptors/descriptor.ts";
import * as sys from "../sys/index.ts";
import { readerOf, readInt, writeNumbers } from "./fields.ts";
import type {
  Credentials,
  RawControlMessage,
  ReceivedControl,
  Rights,
  Timestamp,
} from "./messages.ts";

const INT_SIZE = Int32Array.BYTES_PER_ELEMENT;

/** The control messages of SOL_SOCKET: those of unix sockets, and of any socket. */
export function encodeSocket(message: Rights | Credentials): RawControlMessage {
  const level = sys.SOL_SOCKET;
  if (message.type === "SCM_RIGHTS") {
    const { descriptors } = message;
    if (!Array.isArray(descriptors)) throw invalidArgType("descriptors", "an array", descriptors);
    const fds = Int32Array.from(descriptors, descriptorOf);
    return { level, type: sys.SCM_RIGHTS, data: new Uint8Array(fds.buffer) };
  }
  const { pid, uid, gid } = message;
  const data = writeNumbers(sys.structs.ucred, [
    ["pid", pid],
    ["uid", uid],
    ["gid", gid],
  ]);
  return { level, type: sys.SCM_CREDENTIALS, data };
}

/** `null`: it stays as it is. Descriptors become objects that own them. */
export function decodeSocket(type: number, data: Uint8Array): ReceivedControl | null {
  switch (type) {
    case sys.SCM_RIGHTS:
      return {
        type: "SCM_RIGHTS",
        descriptors: receivedDescriptors(data).map((fd) => new Descriptor(fd)),
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
    case sys.SO_RXQ_OVFL: {
      const dropped = readInt(data);
      return dropped === null ? null : { type: "SO_RXQ_OVFL", dropped: dropped >>> 0 };
    }
    default:
      return null;
  }
}

function receivedDescriptors(data: Uint8Array): number[] {
  return Array.from({ length: Math.floor(data.byteLength / INT_SIZE) }, (_, index) =>
    Number(readInt(data.subarray(index * INT_SIZE))),
  );
}

// The kernel writes -errno where it could not make one: the process is gone.
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

function nanoseconds(seconds: number, rest: number): bigint {
  return BigInt(seconds) * 1_000_000_000n + BigInt(rest);
}
