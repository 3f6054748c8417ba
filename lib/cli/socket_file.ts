import { lstatSync, unlinkSync } from "node:fs";
import type { Address } from "../address/address.ts";

/**
 * Deletes the file of a unix socket when this process exits, however it does but by a signal without a handler,
 * and only if it is still the same file. Does nothing for other addresses.
 *
 * @param address - where a socket of this process is bound
 * @param isOwner - asked at the exit: `false` leaves the file there, because another process serves at it, or will
 */
export function removeAtExit({ path }: Address, isOwner: () => boolean = () => true): void {
  if (path === undefined || path === "" || path.startsWith("\0")) return;
  const file = idOf(path);
  if (file === null) return;
  process.once("exit", () => {
    // Another server may have taken the path meanwhile.
    if (!isOwner() || idOf(path) !== file) return;
    try {
      unlinkSync(path);
    } catch {
      // Somebody else was faster, or the folder allows it no more: the next server deletes what is stale.
    }
  });
}

/** Device and inode of a file; `null` if there is none. */
function idOf(path: string): string | null {
  try {
    const { dev, ino } = lstatSync(path, { bigint: true });
    return `${String(dev)}:${String(ino)}`;
  } catch {
    return null;
  }
}
