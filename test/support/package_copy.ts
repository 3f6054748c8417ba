import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/**
 * A package with what `npm run build:ts` has built, and no binary but those that are given, by their paths. A
 * content of `null` stands for the addon of this checkout.
 */
export function packageCopy(binaries: Readonly<Record<string, string | null>> = {}): string {
  const copy = mkdtempSync(join(tmpdir(), "pollux-package-"));
  onTestFinished(() => {
    rmSync(copy, { recursive: true });
  });
  for (const part of ["dist", "package.json"]) {
    // Without what nobody runs: declarations and maps.
    const filter = (file: string): boolean => !/\.(map|ts)$/.test(file);
    cpSync(join(ROOT, part), join(copy, part), { recursive: true, filter });
  }
  for (const [file, content] of Object.entries(binaries)) {
    mkdirSync(join(copy, dirname(file)), { recursive: true });
    if (content === null) cpSync(join(ROOT, "build/Release/pollux.node"), join(copy, file));
    else writeFileSync(join(copy, file), content);
  }
  return copy;
}

/** What starts the command line of such a copy. */
export function polluxOf(copy: string): string {
  return join(copy, "dist/lib/cli/main.js");
}
