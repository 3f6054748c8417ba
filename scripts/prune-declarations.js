// Deletes the declarations in dist/ that no entry of the package leads to: nobody can import them.
import { readFileSync, readdirSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const DIST = join(ROOT, "dist");

const { exports } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
const queue = Object.values(exports)
  .filter((entry) => entry.types)
  .map(({ types }) => join(ROOT, types));
const reached = new Set();
for (let file; (file = queue.pop());) {
  if (reached.has(file)) continue;
  reached.add(file);
  queue.push(...importsOf(file));
}

for (const name of readdirSync(DIST, { recursive: true })) {
  const file = join(DIST, name);
  if (file.endsWith(".d.ts") && !reached.has(file)) rmSync(file);
}

function importsOf(file) {
  return ts
    .preProcessFile(readFileSync(file, "utf8"))
    .importedFiles.map(({ fileName }) => fileName)
    .filter((name) => name.startsWith("."))
    .map((name) => resolve(dirname(file), name.replace(/\.(js|ts)$/, ".d.ts")));
}
