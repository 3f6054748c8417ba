import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { fixture, ROOT } from "../structure/source.ts";
import { programOf, publicProgram } from "../support/compiler.ts";

// The kernel's own names: the manual page of their family documents them, as docs/options.md does the options.
const FROM_HEADERS = /^sys\.[A-Z][A-Z0-9]*(_\w+)*$/;

/** Whether a reader knows it already: `[Symbol.dispose]` closes, a tag tells members of a union apart. */
function explainsItself(symbol: ts.Symbol, checker: ts.TypeChecker): boolean {
  if (symbol.name.startsWith("__@")) return true;
  if ((symbol.flags & ts.SymbolFlags.Property) === 0) return false;
  const type = checker.getNonNullableType(checker.getTypeOfSymbol(symbol));
  const literals = type.isUnion() ? type.types : [type];
  return literals.every(
    (each) => each.isStringLiteral() || (each.flags & ts.TypeFlags.Never) !== 0,
  );
}

function isPublic(symbol: ts.Symbol): boolean {
  const [declaration] = symbol.declarations ?? [];
  if (!declaration || ts.isTypeParameterDeclaration(declaration)) return false;
  if (ts.isConstructorDeclaration(declaration)) return false; // it is what its class is
  const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected;
  return (ts.getCombinedModifierFlags(declaration) & hidden) === 0 && !symbol.name.includes("#");
}

/** Exported names, and public members of exported classes and interfaces, without a comment. */
function undocumented(program: ts.Program, root: string, entry: string): string[] {
  const checker = program.getTypeChecker();
  const missing: string[] = [];
  const seen = new Set<ts.Symbol>();
  const visit = (alias: ts.Symbol, prefix: string): void => {
    const isAlias = (alias.flags & ts.SymbolFlags.Alias) !== 0;
    const symbol = isAlias ? checker.getAliasedSymbol(alias) : alias;
    const [declaration] = symbol.declarations ?? [];
    if (seen.has(symbol) || !declaration?.getSourceFile().fileName.startsWith(root)) return;
    seen.add(symbol);
    const name = `${prefix}${alias.name}`;
    if (symbol.flags & ts.SymbolFlags.ValueModule) {
      for (const each of checker.getExportsOfModule(symbol)) visit(each, `${name}.`);
      return;
    }
    if (!isPublic(symbol) || FROM_HEADERS.test(name)) return;
    const comment = symbol.getDocumentationComment(checker);
    const tags = symbol.getJsDocTags(checker);
    if (comment.length + tags.length === 0 && !explainsItself(symbol, checker)) missing.push(name);
    const kinds = ts.SymbolFlags.Class | ts.SymbolFlags.Interface;
    if ((symbol.flags & kinds) === 0) return;
    for (const member of symbol.members?.values() ?? []) visit(member, `${name}.`);
    for (const member of symbol.exports?.values() ?? []) visit(member, `${name}.`);
  };
  const module = checker.getSymbolAtLocation(program.getSourceFile(join(root, entry))!);
  for (const each of module ? checker.getExportsOfModule(module) : []) visit(each, "");
  return missing;
}

describe("what is exported has a comment:", () => {
  it.each([
    ["pollux", "lib/index.ts"],
    ["pollux/bench", "harness/index.ts"],
  ])("%s", (_name, entry) => {
    expect(undocumented(publicProgram(), ROOT, entry)).toEqual([]);
  });
});

describe("this check", () => {
  it("finds exports and members without a comment", () => {
    const root = fixture({
      "index.ts": 'export * from "./a.ts";\nexport * as sys from "./sys.ts";\n',
      "sys.ts": "export const EPOLLIN = 1;\nexport function poll(): void {}\n",
      "a.ts": `
        export const bare = 1;
        /** Fine. */
        export const fine = 1;
        /** A. */
        export class A<T> extends B implements I {
          static open(): void {}
          #secret?: T;
          /** Fine. */
          fine = 1;
          bare = 1;
          said(): void {}
          inherited(): void {}
          protected hidden(): void {}
          [Symbol.iterator](): void {}
        }
        export class B {
          /** Fine. */
          inherited(): void {}
        }
        export interface I {
          /** Fine. */
          said(): void;
          readonly type: "i";
          readonly size: number;
        }
      `,
    });

    const program = programOf([join(root, "index.ts")]);
    expect(undocumented(program, root, "index.ts").sort()).toEqual([
      ...["A.bare", "A.open", "B", "I", "I.size", "bare", "sys.poll"],
    ]);
  });
});
