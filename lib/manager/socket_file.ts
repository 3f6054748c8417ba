import { lstatSync, unlinkSync } from "node:fs";
import type { Address } from "../address/address.ts";

/** The file of a unix socket that was just bound: deleted at the end, unless another one has taken its place. */
export class SocketFile {
  readonly #path: Buffer;
  readonly #id: string;

  private constructor(path: Buffer, id: string) {
    this.#path = path;
    this.#id = id;
  }

  /** @returns `null` if the address has no file */
  static of(address: Address): SocketFile | null {
    const { pathBytes } = address;
    if (pathBytes === undefined || pathBytes.length === 0 || pathBytes[0] === 0) return null;
    const path = Buffer.from(pathBytes);
    const id = idOf(path);
    return id === null ? null : new SocketFile(path, id);
  }

  remove(): void {
    if (idOf(this.#path) !== this.#id) return;
    try {
      unlinkSync(this.#path);
    } catch {
      // The folder no longer allows it: the next server deletes what is stale.
    }
  }
}

/** Device and inode of a file; `null` if there is none. */
function idOf(path: Buffer): string | null {
  try {
    const { dev, ino } = lstatSync(path, { bigint: true });
    return `${String(dev)}:${String(ino)}`;
  } catch {
    return null;
  }
}
