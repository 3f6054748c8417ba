import { fileURLToPath } from "node:url";

// This file is dist/bench/support/paths.js when it runs.
const ROOT = new URL("../../../", import.meta.url);

/** The path of a file of the package. */
export function fromRoot(path: string): string {
  return fileURLToPath(new URL(path, ROOT));
}

/** The path of a compiled file of the suite. */
export function fromSuite(path: string): string {
  return fileURLToPath(new URL(`../${path}`, import.meta.url));
}
