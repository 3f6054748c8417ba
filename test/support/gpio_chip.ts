import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll } from "vitest";
import { run } from "../sys/support.ts";

// By way of the root: scripts/test-emulated.js compiles this file into a folder of build-emulated/.
const SOURCE = fileURLToPath(new URL("../../test/examples/programs/gpio_chip.c", import.meta.url));

/** Why nothing can be preloaded here; `undefined` where something can. */
export const withoutPreload =
  process.env["LD_PRELOAD"] === undefined ? undefined : "a sanitizer is preloaded already";

/** Compiles what stands in for a GPIO chip, for the tests of this file; returns the library to preload. */
export function gpioChip(): string {
  const folder = mkdtempSync(join(tmpdir(), "pollux-gpio-"));
  const library = join(folder, "gpio_chip.so");
  beforeAll(() => {
    run("gcc", ["-shared", "-fPIC", "-Wall", "-Werror", "-o", library, SOURCE]);
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
  return library;
}
