import { Address } from "../address/address.ts";
import { isSystemError } from "../errors.ts";
import * as sys from "../sys/index.ts";

/** The address of a peer; `null`: unknown. */
export type Peer = Uint8Array | null;

/** getsockname(2). */
export function localName(fd: number): Address {
  return readAddress((addr, addrlen) => {
    sys.getsockname(fd, addr, addrlen);
  });
}

/** getpeername(2); for a connection that has ended, what is `kept`. */
export function remoteName(fd: number, kept: Peer): Address {
  try {
    return readAddress((addr, addrlen) => {
      sys.getpeername(fd, addr, addrlen);
    });
  } catch (error) {
    if (kept === null || !isSystemError(error, "ENOTCONN", "EBADF")) throw error;
    return Address.fromKernel(kept, kept.length);
  }
}

function readAddress(call: (addr: Uint8Array, addrlen: Uint32Array) => void): Address {
  const addr = new Uint8Array(sys.SOCKADDR_STORAGE_SIZE);
  const addrlen = new Uint32Array(1);
  call(addr, addrlen);
  return Address.fromKernel(addr, addrlen[0] ?? 0);
}

/** Memory that accept4(2) writes the addresses of peers to. */
export class PeerNames {
  /** `null`: they are not requested. */
  readonly bytes: Uint8Array | null;
  readonly lengths: Uint32Array | null;

  /** @param count - the most connections that are accepted in one call */
  constructor(count: number, family: number) {
    // A unix socket knows its peer's address for as long as it is open, and most peers have none.
    const isKept = family === sys.AF_INET || family === sys.AF_INET6;
    this.bytes = isKept ? new Uint8Array(count * sys.structs.sockaddr_in6.sizeof) : null;
    this.lengths = isKept ? new Uint32Array(count) : null;
  }

  /** A copy of the address of connection `index` of a call that asked for `limit` connections. */
  copy(index: number, limit: number): Peer {
    if (this.bytes === null || this.lengths === null) return null;
    const size = Math.floor(this.bytes.length / limit);
    const length = this.lengths[index] ?? 0;
    return length > size ? null : this.bytes.slice(index * size, index * size + length);
  }
}
