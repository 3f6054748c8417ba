import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { PREBUILT } from "./addon.cjs";
import { libc } from "./libc.ts";

/** Which binary of the addon was loaded, and why that one. */
export interface Binary {
  /** Its path; for one of the package's own, relative to the package. */
  readonly file: string;
  /** Where it comes from: named by POLLUX_PREBUILD, built on this machine, or part of the package. */
  readonly origin: "environment" | "local build" | "prebuilt";
  /** What was looked for before, and why it was not taken. */
  readonly passedOver: readonly string[];
}

/** The addon's exports, and where they come from. */
export interface Loaded {
  readonly addon: object;
  readonly binary: Binary;
}

const FILE = "pollux.node";

/**
 * Loads the addon. One that was built on this machine comes first, since someone wanted it. Then comes
 * the binary of the package for this system, processor and C library.
 *
 * @throws Error ERR_POLLUX_NO_BINARY: nothing fits; the message says what was looked for, and how to build it
 */
export function loadBinary(): Loaded {
  const passedOver: string[] = [];
  const chosen = process.env["POLLUX_PREBUILD"];
  if (chosen !== undefined) {
    const file = join(chosen, "build/Release", FILE);
    const addon = attempt(file, () => requireFile(file), passedOver);
    if (addon) return { addon, binary: { file, origin: "environment", passedOver } };
    throw noBinary(passedOver);
  }
  for (const file of localBuilds()) {
    const load = existsSync(file) ? () => requireFile(file) : undefined;
    const addon = attempt(file, load, passedOver);
    if (addon) return { addon, binary: { file, origin: "local build", passedOver } };
  }
  const target = `${process.platform}-${process.arch}-${libc()}`;
  const file = fileOf(target);
  const load = Object.hasOwn(PREBUILT, target) ? PREBUILT[target] : undefined;
  const addon = attempt(file, load, passedOver);
  if (addon) return { addon, binary: { file, origin: "prebuilt", passedOver } };
  throw noBinary(passedOver, target);
}

/** Where node-gyp puts what it builds: in a checkout, and in an installed package. */
function localBuilds(): string[] {
  const root = packageRoot();
  return root === undefined
    ? []
    : ["build/Release", "native/build/Release"].map((folder) => join(root, folder, FILE));
}

/** `undefined` in a bundle: two folders above it there may be anything. */
function packageRoot(): string | undefined {
  const { url } = import.meta as { url?: string };
  if (!url?.startsWith("file:")) return undefined;
  const root = join(dirname(fileURLToPath(url)), "../..");
  return isPollux(join(root, "package.json")) ? root : undefined;
}

function isPollux(manifest: string): boolean {
  try {
    const { name } = JSON.parse(readFileSync(manifest, "utf8")) as { name?: unknown };
    return name === "pollux";
  } catch {
    return false;
  }
}

function quoted(path: string): string {
  return `'${path.replaceAll("'", String.raw`'\''`)}'`;
}

function fileOf(target: string): string {
  const end = target.lastIndexOf("-");
  return `prebuilds/${target.slice(0, end)}/pollux.${target.slice(end + 1)}.node`;
}

function requireFile(file: string): object {
  return createRequire(file)(file) as object;
}

function attempt(
  file: string,
  load: (() => object) | undefined,
  passedOver: string[],
): object | undefined {
  try {
    if (load) return load();
    passedOver.push(`${file}: not there`);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code === "MODULE_NOT_FOUND" ? "not there" : message.split("\n", 1)[0];
    passedOver.push(`${file}: ${reason ?? ""}`);
  }
  return undefined;
}

function noBinary(passedOver: readonly string[], target?: string): Error {
  const what = target === undefined ? "of POLLUX_PREBUILD" : `for ${target}`;
  const root = packageRoot() ?? "node_modules/pollux";
  const command = existsSync(join(root, "binding.gyp"))
    ? "npm run build:native"
    : `npx --yes node-gyp rebuild --directory ${quoted(join(root, "native"))}`;
  const lines = [
    `pollux found no binary ${what} that this runtime (${process.version}) can load. Looked for:`,
    ...passedOver.map((line) => `  ${line}`),
    `To build one (needs python3, make and g++): ${command}`,
  ];
  return Object.assign(new Error(lines.join("\n")), { code: "ERR_POLLUX_NO_BINARY" });
}
