import { checkInteger, checkView, invalidArgType, invalidArgValue } from "../arguments.ts";
import * as sys from "../sys/index.ts";
import { encodeAlg } from "./levels/alg.ts";
import { decodePacket } from "./levels/error_queue.ts";
import { decodeIpv4, decodeIpv6, decodeUdp, encodeInternet } from "./levels/internet.ts";
import type {
  ControlMessage,
  RawControlInput,
  RawControlMessage,
  ReceivedControl,
} from "./messages.ts";
import { decodeSctp, encodeSctp } from "./levels/sctp.ts";
import { decodeSocket, encodeSocket } from "./levels/socket.ts";
import { decodeTls, encodeTls } from "./levels/tls.ts";

/**
 * Encodes control messages for sendmsg(2).
 *
 * @throws TypeError, RangeError: an invalid message, or a number that does not fit
 */
export function encodeControl(messages: readonly ControlMessage[]): Uint8Array {
  if (!Array.isArray(messages)) throw invalidArgType("control", "an array", messages);
  return sys.cmsgWrite(messages.map(encode));
}

function encode(message: ControlMessage): RawControlMessage {
  if (typeof message !== "object" || message === null) {
    throw invalidArgType("control", "an array of control messages", message);
  }
  if (typeof message.type === "number") return checkRaw(message);
  switch (message.type) {
    case "SCM_RIGHTS":
    case "SCM_CREDENTIALS":
    case "SCM_TXTIME":
      return encodeSocket(message);
    case "TLS_SET_RECORD_TYPE":
      return encodeTls(message);
    case "ALG_SET_OP":
    case "ALG_SET_IV":
    case "ALG_SET_AEAD_ASSOCLEN":
      return encodeAlg(message);
    case "SCTP_SNDINFO":
    case "SCTP_INIT":
    case "SCTP_PRINFO":
    case "SCTP_DSTADDRV4":
    case "SCTP_DSTADDRV6":
      return encodeSctp(message);
    case "IP_PKTINFO":
    case "IPV6_PKTINFO":
    case "IP_TTL":
    case "IPV6_HOPLIMIT":
    case "IP_TOS":
    case "IPV6_TCLASS":
    case "UDP_SEGMENT":
    case "UDP_GRO":
      return encodeInternet(message);
    default:
      return refuse(message);
  }
}

function refuse({ type }: { type: unknown }): never {
  throw invalidArgValue("type", "the name or number of a control message that can be sent", type);
}

function checkRaw(message: RawControlInput): RawControlMessage {
  checkInteger(message.level, "level", -(2 ** 31), 2 ** 31 - 1);
  checkInteger(message.type, "type", -(2 ** 31), 2 ** 31 - 1);
  return { ...message, data: checkView(message.data, "data") };
}

/**
 * Decodes the control messages that recvmsg(2) wrote to `control`. Those of unknown types stay bytes;
 * descriptors become objects that own them.
 *
 * @param length - how many bytes of `control` are used
 */
export function decodeControl(control: Uint8Array, length?: number): ReceivedControl[] {
  return sys.cmsgRead(control, length).map((raw) => decode(raw) ?? copy(raw));
}

function decode({ level, type, data }: RawControlMessage): ReceivedControl | null {
  switch (level) {
    case sys.SOL_SOCKET:
      return decodeSocket(type, data);
    case sys.IPPROTO_IP:
      return decodeIpv4(type, data);
    case sys.IPPROTO_IPV6:
      return decodeIpv6(type, data);
    case sys.SOL_UDP:
      return decodeUdp(type, data);
    case sys.IPPROTO_SCTP:
      return decodeSctp(type, data);
    case sys.SOL_TLS:
      return decodeTls(type, data);
    case sys.SOL_PACKET:
      return decodePacket(type, data);
    default:
      return null;
  }
}

// The memory is reused for the next message.
function copy({ level, type, data }: RawControlMessage): RawControlMessage {
  return { level, type, data: data.slice() };
}
