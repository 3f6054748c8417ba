// A network interface whose other end is this program: /dev/net/tun, watched by any multiplexer. It answers pings
// to every address behind it. Needs CAP_NET_ADMIN, which a user namespace of its own gives:
//   unshare --user --map-root-user --net node tun.mjs select
import { execFileSync } from "node:child_process";
import { constants, openSync } from "node:fs";
import { createMultiplexer, Descriptor, isSystemError, MULTIPLEXERS, READABLE, sys } from "pollux";

const name = MULTIPLEXERS.find((known) => known === process.argv[2]) ?? "epoll";
const MTU_BYTES = 1500;
const ECHO_REQUEST = 8;
const ECHO_REPLY = 0;
const ICMP = 1;

/** Opens an interface without a header in front of its packets (IFF_NO_PI). */
function openTun(interfaceName: string): Descriptor {
  const tun = new Descriptor(openSync("/dev/net/tun", constants.O_RDWR | constants.O_NONBLOCK));
  const request = Buffer.alloc(sys.IFREQ_SIZE);
  request.write(interfaceName);
  const flags = sys.IFF_TUN | sys.IFF_NO_PI;
  request.set(new Uint8Array(Uint16Array.of(flags).buffer), sys.IFREQ_VALUE_OFFSET);
  sys.ioctl(tun.fd, sys.TUNSETIFF, request);
  return tun;
}

/** The checksum of RFC 1071. */
function checksum(bytes: Buffer): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) sum += (bytes[at]! << 8) | (bytes[at + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return ~sum & 0xffff;
}

/** Turns a ping into its answer, in place. @returns whether it was one */
function answer(packet: Buffer): boolean {
  const headerBytes = (packet[0]! & 0x0f) * 4;
  const message = packet.subarray(headerBytes);
  if (packet[0]! >> 4 !== 4 || packet[9] !== ICMP || message[0] !== ECHO_REQUEST) return false;
  const [from, to] = [packet.subarray(12, 16), packet.subarray(16, 20)];
  const sender = Buffer.from(from);
  from.set(to);
  to.set(sender);
  message[0] = ECHO_REPLY;
  message.writeUInt16BE(0, 2);
  message.writeUInt16BE(checksum(message), 2);
  return true;
}

try {
  using tun = openTun("pollux0");
  execFileSync("ip", ["address", "add", "10.9.8.1/24", "dev", "pollux0"]);
  execFileSync("ip", ["link", "set", "pollux0", "up"]);
  using mux = createMultiplexer(name);
  mux.add(tun, READABLE);
  console.log(`${name}: answering pings to 10.9.8.2 … 10.9.8.254`);
  const buffer = Buffer.alloc(MTU_BYTES);
  for (let answered = 0; answered < 3;) {
    mux.waitSync(undefined, () => {
      // Each read is one packet.
      for (let size = sys.read(tun.fd, buffer); size !== null; size = sys.read(tun.fd, buffer)) {
        const packet = buffer.subarray(0, size);
        if (!answer(packet)) continue;
        sys.write(tun.fd, packet);
        answered++;
        console.log(`answered for ${packet.subarray(12, 16).join(".")}`);
      }
    });
  }
} catch (error) {
  const isMissing = error instanceof Error && "code" in error && error.code === "ENOENT";
  if (!isMissing && !isSystemError(error, "EPERM")) throw error;
  console.log(`needs /dev/net/tun and CAP_NET_ADMIN: ${(error as Error).message}`);
}
