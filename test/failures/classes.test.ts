import { describe, expect, it } from "vitest";
import { CLASSES, ERROR_CLASSES, OTHERS, classOf } from "../../lib/failures/classes.ts";
import { ROOT, read } from "../structure/source.ts";
import { cells } from "./cells.ts";

const CALLS = Object.keys(CLASSES) as (keyof typeof CLASSES)[];

/** The rows below the heading of a call: each error, and its class. */
function documented(page: string, call: string): [code: string, errorClass: string][] {
  const [, section = ""] = page.split(new RegExp(`^#+ ${call}(?:\\(2\\))?$`, "m"));
  const rows = section.split(/^#/m)[0]!.matchAll(/^\| (`E[^|]*)\|[^|]*\| `([a-z ]+)`/gm);
  return [...rows].flatMap(([, errors = "", errorClass = ""]) =>
    [...errors.matchAll(/`(E\w+)`/g)].map(([, code = ""]): [string, string] => [code, errorClass]),
  );
}

function sorted(rows: readonly (readonly [string, string])[]): string[] {
  return rows.map(([code, errorClass]) => `${code}: ${errorClass}`).sort();
}

describe("docs/errors.md", () => {
  const page = read(ROOT, "docs/errors.md");

  it.each(CALLS)("has the errors of %s, each with the class that the code knows", (call) => {
    expect(sorted(documented(page, call))).toEqual(sorted(cells(call)));
  });

  it("explains each class", () => {
    const [, legend = ""] = /^\| class([^]*?)^$/m.exec(page) ?? [];
    const explained = [...legend.matchAll(/^\| `([a-z ]+)`/gm)].map(([, name]) => name);

    expect(explained).toEqual(ERROR_CLASSES);
  });
});

describe("classOf", () => {
  it("knows a class for what the manual pages do not list", () => {
    for (const call of CALLS) expect(classOf(call, "EIO")).toBe(OTHERS[call]);
  });

  it("is one class for each error", () => {
    for (const call of CALLS) {
      const codes = cells(call).map(([code]) => code);
      expect(new Set(codes).size).toBe(codes.length);
    }
  });
});
