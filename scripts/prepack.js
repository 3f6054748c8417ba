// What the tarball needs beside what is in the repository. Its root must hold no binding.gyp: npm would run
// node-gyp at each `npm ci`. So the recipe for building by hand goes to native/, and with it the header files of
// node-addon-api, since users do not have them.
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { checkPrebuilds } from "./check-prebuilds.js";
import { TARGETS, fileOf } from "./targets.js";

const path = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));
const HEADERS = "native/node-addon-api";

const missing = Object.keys(TARGETS).filter((target) => !existsSync(path(fileOf(target))));
if (missing.length > 0) {
  console.error(`no binary for ${missing.join(", ")}; \`npm run prebuilds\` builds them`);
  process.exit(1);
}
checkPrebuilds();

mkdirSync(path(HEADERS), { recursive: true });
for (const file of ["napi.h", "napi-inl.h", "LICENSE.md"]) {
  copyFileSync(path(`node_modules/node-addon-api/${file}`), path(`${HEADERS}/${file}`));
}
const recipe = readFileSync(path("binding.gyp"), "utf8")
  .replaceAll('"native/', '"')
  .replace(/-isystem [^"]*/, `-isystem ../${HEADERS.slice("native/".length)}`);
if (!recipe.includes("-isystem ../node-addon-api")) throw new Error("binding.gyp has changed");
writeFileSync(path("native/binding.gyp"), recipe);
