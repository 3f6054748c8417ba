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
  return specifiersIn(root, file, () => true);
}

/** As {@link importsOf}, without what is erased: what must be loaded before the file can run. */
export function valueImportsOf(root: string, file: string): string[] {
  return specifiersIn(root, file, isOfValues);
}

function specifiersIn(root: string, file: string, counts: (node: ts.Node) => boolean): string[] {
  const specifiers: string[] = [];
  const visit = (node: ts.Node): void => {
    const specifier = counts(node) ? specifierOf(node) : undefined;
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
  return isDynamicImport(node) ? node.arguments[0] : undefined;
}

// A dynamic import runs later, when both files are loaded.
function isOfValues(node: ts.Node): boolean {
  if (ts.isImportDeclaration(node))
    return node.importClause?.phaseModifier !== ts.SyntaxKind.TypeKeyword;
  return ts.isExportDeclaration(node) && !node.isTypeOnly;
}

function isDynamicImport(node: ts.Node): node is ts.CallExpression {
  return ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword;
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
