import { lstatSync, unlinkSync } from "node:fs";
import type { Address } from "../address/address.ts";

/**
 * Deletes the file of a unix socket when this process exits, however it does but by a signal without a handler,
 * and only if it is still the same file. Does nothing for other addresses.
 *
 * @param address - where a socket of this process has just been bound
 * @returns leaves the file there: another process serves at it
 */
export function removeAtExit({ path }: Address): () => void {
  if (path === undefined || path === "" || path.startsWith("\0")) return () => undefined;
  const file = idOf(path);
  if (file === null) return () => undefined;
  const remove = (): void => {
    // Another server may have taken the path meanwhile.
    if (idOf(path) !== file) return;
    try {
      unlinkSync(path);
    } catch {
      // Somebody else was faster, or the folder allows it no more: the next server deletes what is stale.
    }
  };
  process.once("exit", remove);
  return () => {
    process.off("exit", remove);
  };
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
