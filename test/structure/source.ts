import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { onTestFinished } from "vitest";

/** The checkout. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** The files below `folder` that end like this, as paths from `root`, sorted. */
export function filesOf(root: string, folder: string, ...endings: string[]): string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .map((file) => join(folder, file))
    .filter((file) => endings.some((ending) => file.endsWith(ending)))
    .sort();
}

export function read(root: string, file: string): string {
  return readFileSync(join(root, file), "utf8");
}

/** What a TypeScript file imports or re-exports, types too; own files as paths from `root`. */
export function importsOf(root: string, file: string): string[] {
  const specifiers: string[] = [];
  const visit = (node: ts.Node): void => {
    const specifier = specifierOf(node);
    if (specifier && ts.isStringLiteralLike(specifier)) specifiers.push(specifier.text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, read(root, file), ts.ScriptTarget.Latest, true));
  return specifiers.map((specifier) =>
    specifier.startsWith(".") ? relative(root, resolve(root, dirname(file), specifier)) : specifier,
  );
}

function specifierOf(node: ts.Node): ts.Node | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier;
  if (ts.isImportTypeNode(node))
    return ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined;
  const isImport =
    ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword;
  return isImport ? node.arguments[0] : undefined;
}

/** A checkout with these files only, until the test is finished. */
export function fixture(files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), "pollux-structure-"));
  onTestFinished(() => {
    rmSync(root, { recursive: true });
  });
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  return root;
}
