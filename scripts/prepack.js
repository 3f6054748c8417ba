// What the tarball needs beside what is in the repository. Its root must hold no binding.gyp: npm would run
// node-gyp at each `npm ci`. So the recipe for building by hand goes to native/, and with it the header files of
// node-addon-api, since users do not have them.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { checkPrebuilds } from "./check-prebuilds.js";
import { TARGETS, fileOf } from "./targets.js";

const path = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));
const HEADERS = "vendor/node-addon-api";

// Where this machine's binary of a release is missing, the addon of this checkout stands for it: the package then
// works on machines like this one. `npm publish` is stricter, see prepublishOnly.
const { glibcVersionRuntime } = process.report.getReport().header;
const here = `linux-${process.arch}-${glibcVersionRuntime ? "glibc" : "musl"}`;
if (Object.hasOwn(TARGETS, here) && !isForRelease(here)) {
  mkdirSync(dirname(path(fileOf(here))), { recursive: true });
  copyFileSync(path("build/Release/pollux.node"), path(fileOf(here)));
}

function isForRelease(target) {
  try {
    checkPrebuilds([[target, path(fileOf(target))]]);
    return true;
  } catch {
    return false;
  }
}

mkdirSync(path(HEADERS), { recursive: true });
for (const file of ["napi.h", "napi-inl.h", "napi-inl.deprecated.h", "LICENSE.md"]) {
  copyFileSync(path(`node_modules/node-addon-api/${file}`), path(`${HEADERS}/${file}`));
}
const recipe = JSON.parse(readFileSync(path("binding.gyp"), "utf8"));
const [target] = recipe.targets;
target.sources = target.sources.map((source) => source.replace(/^native\//, ""));
// A warning of a compiler that is newer than the package is nothing to its user.
target.cflags_cc = target.cflags_cc
  .filter((flag) => flag !== "-Werror" && !flag.startsWith("-isystem"))
  .concat(`-isystem ../../${HEADERS}`);
writeFileSync(path("native/binding.gyp"), `${JSON.stringify(recipe, null, 2)}\n`);
