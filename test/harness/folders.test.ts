import { describe, expect, it } from "vitest";
import { filesOf, fixture, importsOf, ROOT } from "../structure/source.ts";

// From the bottom up. A folder imports itself and the folders before it.
const FOLDERS = [
  ...["machine", "statistics", "scenario", "wording", "results"],
  ...["findings", "claims", "report", "cells", "measure"],
];

/** The folder of a file of harness/; empty for harness/index.ts. */
function folderOf(file: string): string {
  return file.split("/").slice(1, -1)[0] ?? "";
}

function isBelow(imported: string, file: string): boolean {
  if (folderOf(file) === "") return true;
  const [from, to] = [folderOf(file), folderOf(imported)].map((folder) => FOLDERS.indexOf(folder));
  return to !== -1 && to! <= from!;
}

function upwardImports(root: string): string[] {
  return filesOf(root, "harness", ".ts").flatMap((file) =>
    importsOf(root, file)
      .filter((imported) => imported.startsWith("harness/") && !isBelow(imported, file))
      .map((imported) => `${file} imports ${imported}`),
  );
}

/** Files outside of the folders that this test knows. */
function homeless(root: string): string[] {
  return filesOf(root, "harness", ".ts").filter(
    (file) => file !== "harness/index.ts" && !FOLDERS.includes(folderOf(file)),
  );
}

describe("the folders of harness/", () => {
  it("import only themselves and the folders below", () => {
    expect(upwardImports(ROOT)).toEqual([]);
  });

  it("hold all files but index.ts", () => {
    expect(homeless(ROOT)).toEqual([]);
  });

  it("are checked by these tests", () => {
    const root = fixture({
      "harness/index.ts": 'export * from "./measure/a.ts";',
      "harness/results/a.ts": 'import { x } from "../findings/a.ts";',
      "harness/findings/a.ts": 'import { x } from "../results/a.ts"; import "../loose.ts";',
      "harness/loose.ts": "",
      "harness/other/a.ts": "",
    });

    expect(upwardImports(root)).toEqual([
      "harness/findings/a.ts imports harness/loose.ts",
      "harness/results/a.ts imports harness/findings/a.ts",
    ]);
    expect(homeless(root)).toEqual(["harness/loose.ts", "harness/other/a.ts"]);
  });
});
