import { checkCString } from "../arguments.ts";
import { check } from "../errors.ts";
import { native } from "../native/native.ts";

export const MFD_ALLOW_SEALING: number = native.MFD_ALLOW_SEALING;
export const MFD_CLOEXEC: number = native.MFD_CLOEXEC;
export const MFD_HUGETLB: number = native.MFD_HUGETLB;

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
export function memfdCreate(name: string | Uint8Array, flags = 0): number {
  return check(native.memfd_create(checkCString(name, "name"), flags), "memfd_create");
}
