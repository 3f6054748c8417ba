import * as sys from "../sys/index.ts";
import { Descriptor } from "./descriptor.ts";
import { whereFree } from "./forgotten.ts";

/** How a {@link MemFd} is opened. */
export interface MemFdOptions {
  /** Whether {@link MemFd.seal} works. Default: `true`. */
  readonly sealing?: boolean;
}

/**
 * A file in memory, gone with its last descriptor: memfd_create(2). A regular file, always ready in
 * every multiplexer; the functions of node:fs that take a descriptor read, write and resize it.
 */
export class MemFd extends Descriptor {
  /**
   * @param name - shown in /proc/self/fd, need not be unique
   * @throws SystemError EINVAL: the name has more than 249 bytes. EMFILE, ENFILE, ENOMEM
   */
  constructor(name: string | Uint8Array = "", { sealing = true }: MemFdOptions = {}) {
    const flags = sys.MFD_CLOEXEC | (sealing ? sys.MFD_ALLOW_SEALING : 0);
    super(whereFree(() => sys.memfdCreate(name, flags)));
  }

  /** F_SEAL_… bits: what nobody can do to the file any more. */
  get seals(): number {
    return sys.fcntl(this.fd, sys.F_GET_SEALS);
  }

  /**
   * Adds seals, for all who have the file and for good.
   *
   * @param seals - F_SEAL_SHRINK, F_SEAL_GROW, F_SEAL_WRITE, F_SEAL_SEAL
   * @throws SystemError EPERM: sealed against sealing, or opened without. EBUSY: F_SEAL_WRITE, and
   * somebody has mapped it to write
   */
  seal(seals: number): void {
    sys.fcntl(this.fd, sys.F_ADD_SEALS, seals);
  }
}
