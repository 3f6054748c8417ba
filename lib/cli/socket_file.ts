import { lstatSync, unlinkSync } from "node:fs";
import type { Address } from "../address/address.ts";

/**
 * Deletes the file of a unix socket when this process exits, however it does but by a signal without a handler,
 * and only if it is still the same file. Does nothing for other addresses.
 *
 * @param address - where a socket of this process is bound
 * @param isOwner - asked at the exit: `false` leaves the file there, because another process serves at it, or will
 * @param file - from {@link fileOf}, when the socket was bound, if that was earlier
 */
export function removeAtExit(
  address: Address,
  isOwner: () => boolean = () => true,
  file = fileOf(address),
): void {
  const { path } = address;
  if (file === null || path === undefined) return;
  process.once("exit", () => {
    // Another server may have taken the path meanwhile.
    if (!isOwner() || fileOf(address) !== file) return;
    try {
      unlinkSync(path);
    } catch {
      // Somebody else was faster, or the folder allows it no more: the next server deletes what is stale.
    }
  });
}

/** Device and inode of the file at a unix address; `null` if there is none, and for other addresses. */
export function fileOf({ path }: Address): string | null {
  if (path === undefined || path === "" || path.startsWith("\0")) return null;
  try {
    const { dev, ino } = lstatSync(path, { bigint: true });
    return `${String(dev)}:${String(ino)}`;
  } catch {
    return null;
  }
}
