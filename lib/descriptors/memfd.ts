import { aBoolean, type OptionTable, readOptions } from "../arguments.ts";
import * as sys from "../sys/index.ts";
import { Descriptor } from "./descriptor.ts";
import { whereFree } from "./forgotten.ts";

/** How a {@link MemFd} is opened. */
export interface MemFdOptions {
  /** Whether {@link MemFd.seal} is permitted. Default: `true`. */
  readonly sealing?: boolean;
}

const OPTIONS: OptionTable<MemFdOptions> = { sealing: aBoolean };

/**
 * A file in memory: memfd_create(2). The memory is freed when the last descriptor is closed. It is a
 * regular file: always ready in every multiplexer, and usable with the functions of node:fs that take a
 * descriptor. No method blocks.
 *
 * @see https://man7.org/linux/man-pages/man2/memfd_create.2.html
 */
export class MemFd extends Descriptor {
  /**
   * @param name - shown in /proc/self/fd; need not be unique
   * @throws SystemError EINVAL: the name has more than 249 bytes. EMFILE, ENFILE, ENOMEM
   */
  constructor(name: string | Uint8Array = "", options: MemFdOptions = {}) {
    const { sealing = true } = readOptions(options, OPTIONS);
    const flags = sys.MFD_CLOEXEC | (sealing ? sys.MFD_ALLOW_SEALING : 0);
    super(whereFree(() => sys.memfdCreate(name, flags)));
  }

  /** The operations that are forbidden on the file: F_SEAL_… bits. @throws SystemError EBADF: closed */
  get seals(): number {
    return sys.fcntl(this.fd, sys.F_GET_SEALS);
  }

  /**
   * Adds seals. They are permanent, and apply to every process that has the file.
   *
   * @param seals - F_SEAL_SHRINK, F_SEAL_GROW, F_SEAL_WRITE, F_SEAL_SEAL
   * @throws SystemError EPERM: F_SEAL_SEAL is set, or opened without `sealing`. EBUSY: F_SEAL_WRITE
   * while the file is mapped for writing
   */
  seal(seals: number): void {
    sys.fcntl(this.fd, sys.F_ADD_SEALS, seals);
  }
}
