import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { TARGETS, fileOf } from "../targets.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** The tarball, and its package.json. Bundlers look for the binary of each target: the addon of the checkout stands for those that are missing. */
export function pack(scratch) {
  execFileSync(process.execPath, [join(ROOT, "scripts/prepack.js")], { cwd: ROOT });
  const args = ["npm", "pack", "--ignore-scripts", "--silent", "--pack-destination", scratch];
  execFileSync(process.execPath, [join(ROOT, "scripts/manifest.js"), ...args], {
    cwd: ROOT,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const tarball = join(
    scratch,
    readdirSync(scratch).find((file) => file.endsWith(".tgz")),
  );
  const manifest = JSON.parse(execFileSync("tar", ["-xzOf", tarball, "package/package.json"]));
  const missing = Object.keys(TARGETS).filter((target) => !existsSync(join(ROOT, fileOf(target))));
  if (missing.length === 0) return { tarball, manifest };
  console.log(`${missing.join(", ")}: not built; the addon of the checkout is in their place`);
  execFileSync("tar", ["-xzf", tarball, "-C", scratch]);
  for (const target of missing) {
    const file = join(scratch, "package", fileOf(target));
    mkdirSync(dirname(file), { recursive: true });
    copyFileSync(join(ROOT, "build/Release/pollux.node"), file);
  }
  execFileSync("tar", ["-czf", tarball, "-C", scratch, "package"]);
  return { tarball, manifest };
}
