import { checkCString } from "../arguments.ts";
import { check } from "../errors.ts";
import type { Constant } from "../native/constants.ts";
import { native } from "../native/native.ts";

// prettier-ignore
export const {
  MFD_ALLOW_SEALING, MFD_CLOEXEC, MFD_HUGETLB, MFD_HUGE_16GB, MFD_HUGE_16MB, MFD_HUGE_1GB,
  MFD_HUGE_1MB, MFD_HUGE_256MB, MFD_HUGE_2GB, MFD_HUGE_2MB, MFD_HUGE_32MB, MFD_HUGE_512KB,
  MFD_HUGE_512MB, MFD_HUGE_64KB, MFD_HUGE_8MB, MFD_HUGE_MASK, MFD_HUGE_SHIFT, MFD_NOEXEC_SEAL,
  MFD_EXEC,
} = native;

/**
 * `memfd_create(name, flags)`: opens an empty file in memory. The memory is freed when the last
 * descriptor is closed. Does not block.
 *
 * @param name - shown in /proc/self/fd; need not be unique; at most 249 bytes
 * @param flags - MFD_…; MFD_ALLOW_SEALING permits F_ADD_SEALS of {@link fcntl}
 * @throws SystemError EINVAL: unknown flag, or `name` is too long. EMFILE, ENFILE: no descriptor is
 * free. ENOMEM. TypeError: a null byte in `name`
 * @see https://man7.org/linux/man-pages/man2/memfd_create.2.html
 */
export function memfdCreate(name: string | Uint8Array, flags: Constant<"MFD"> = 0): number {
  return check(native.memfd_create(checkCString(name, "name"), flags), "memfd_create");
}
