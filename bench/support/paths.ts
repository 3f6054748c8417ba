import { fileURLToPath } from "node:url";

// This file is dist/bench/support/paths.js when it runs.
const ROOT = new URL("../../../", import.meta.url);

/** A path of the package. */
export function fromRoot(path: string): string {
  return fileURLToPath(new URL(path, ROOT));
}

/** A compiled file of the suite. */
export function fromSuite(path: string): string {
  return fileURLToPath(new URL(`../${path}`, import.meta.url));
}
