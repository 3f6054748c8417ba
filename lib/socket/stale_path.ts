import { lstatSync, readFileSync, unlinkSync } from "node:fs";
import { type Address, kernelBytes } from "../address/address.ts";
import type { Descriptor } from "../descriptors/descriptor.ts";
import { whereFree } from "../descriptors/forgotten.ts";
import { isSystemError } from "../errors.ts";
import * as sys from "../sys/index.ts";

/**
 * Deletes the file of a unix socket that nothing is bound to any more. Then a connection is refused, and
 * the kernel lists no socket with that path; it does list one that does not listen yet.
 *
 * @returns whether the path is free
 */
export function unlinkIfStale(socket: Descriptor, address: Address): boolean {
  const path = address.pathBytes;
  if (address.family !== sys.AF_UNIX || path === undefined || path.length === 0 || path[0] === 0)
    return false;
  const file = Buffer.from(path);
  const before = lstatSync(file, { throwIfNoEntry: false, bigint: true });
  if (!before) return true;
  if (!before.isSocket() || !isRefused(socket, address) || isListed(file)) return false;
  // Another file may have replaced it meanwhile.
  const now = lstatSync(file, { throwIfNoEntry: false, bigint: true });
  if (now && (now.ino !== before.ino || now.dev !== before.dev)) return false;
  if (now) unlinkSync(file);
  return true;
}

function isRefused(socket: Descriptor, address: Address): boolean {
  const type = sys.getsockopt(socket.fd, sys.SOL_SOCKET, sys.SO_TYPE);
  const flags = sys.SOCK_CLOEXEC | sys.SOCK_NONBLOCK;
  const probe = whereFree(() => sys.socket(sys.AF_UNIX, type | flags));
  try {
    sys.connect(probe, kernelBytes(address));
    return false;
  } catch (error) {
    return isSystemError(error, "ECONNREFUSED");
  } finally {
    sys.close(probe);
  }
}

/** Whether a socket is bound to this path, in this network namespace. */
function isListed(path: Buffer): boolean {
  const list = readFileSync("/proc/net/unix");
  return list.includes(Buffer.concat([Buffer.from(" "), path, Buffer.from("\n")]));
}
