import {
  accessSync,
  closeSync,
  constants,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";

/**
 * A file that is replaced as a whole or not at all: its content goes to a temporary file in the same
 * directory, which is then renamed.
 */
export class OutputFile {
  readonly #path: string;
  /** `null` for a pipe or a terminal, which is written to directly. */
  readonly #temporary: string | null;
  readonly #mode: number;

  /** @throws Error the file cannot be written */
  constructor(path: string) {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat?.isDirectory()) throw new Error("EISDIR: it is a directory");
    // The target of a link is replaced, not the link.
    this.#path = stat?.isFile() ? realpathSync(path) : path;
    this.#mode = (stat?.mode ?? 0o666) & 0o777;
    if (stat) accessSync(path, constants.W_OK);
    this.#temporary =
      stat?.isFile() !== false
        ? join(dirname(this.#path), `.${basename(this.#path)}.${String(process.pid)}`)
        : null;
    if (this.#temporary === null) return;
    closeSync(openSync(this.#temporary, "wx"));
    rmSync(this.#temporary);
  }

  /** Writes the content. */
  write(content: string): void {
    if (this.#temporary === null) {
      writeFileSync(this.#path, content);
      return;
    }
    try {
      writeFileSync(this.#temporary, content, { flag: "wx", mode: this.#mode, flush: true });
      renameSync(this.#temporary, this.#path);
    } catch (error) {
      rmSync(this.#temporary, { force: true });
      throw error;
    }
  }
}
