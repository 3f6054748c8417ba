import { Address } from "../address/address.ts";
import { decodeControl } from "../cmsg/codec.ts";
import * as sys from "../sys/index.ts";

// Port 0; services that answer every datagram: echo, systat, daytime, qotd, chargen, time; and those that answer
// nonsense with an error: domain, tftp, ntp (CVE-2024-2169).
const PORTS_OF_NO_CLIENT: ReadonlySet<number> = new Set([0, 7, 11, 13, 17, 19, 37, 53, 69, 123]);

// A sender with the server's port and a loopback address is the server.
const LOOPBACK = /^(::ffff:)?127\.|^::1$/;

/**
 * Whether a client can have sent a datagram: not the server itself, nor a service that answers every datagram.
 *
 * @param name - the sender, a `struct sockaddr…`
 * @param control - the control messages, with IP_PKTINFO or IPV6_PKTINFO
 * @param port - the server's own
 */
export function isFromClient(
  name: Uint8Array,
  control: Uint8Array,
  port: number | undefined,
): boolean {
  const from = sys.sockaddrPort(name);
  if (PORTS_OF_NO_CLIENT.has(from)) return false;
  if (from !== port) return true;
  const sender = new Address(name).address ?? "";
  return !LOOPBACK.test(sender) && !isAsked(control, sender);
}

/** Whether the datagram was sent to the address that it came from. */
function isAsked(control: Uint8Array, sender: string): boolean {
  return decodeControl(control, control.length).some(
    (message) =>
      (message.type === "IP_PKTINFO" || message.type === "IPV6_PKTINFO") && message.addr === sender,
  );
}
