import { cpSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { buildDirectory, compile, makeBuildDirectory } from "./build_directory.ts";
import { fromRoot } from "./paths.ts";

// Where Debian's packages of crates are.
const REGISTRY = "/usr/share/cargo/registry";

/** The version of a crate that Debian's package of it has installed; `undefined` if there is none. */
export function crateVersion(name: string): string | undefined {
  try {
    const folder = new RegExp(String.raw`^${name}-(\d+\.\d+\.\d+)$`);
    return readdirSync(REGISTRY).flatMap((entry) => folder.exec(entry)?.[1] ?? [])[0];
  } catch {
    return undefined;
  }
}

/** The path of the program of a crate of bench/contenders/rust, built by {@link buildCrate}. */
export function crateProgram(name: string): string {
  return join(buildDirectory(), name, "target/release", name);
}

/** Builds a crate of bench/contenders/rust with crates of Debian. Nothing is fetched. Throws if it does not compile. */
export function buildCrate(name: string): void {
  makeBuildDirectory();
  // cargo writes Cargo.lock beside the manifest, and the package may not be writable.
  const crate = join(buildDirectory(), name);
  const source = fromRoot(`bench/contenders/rust/${name}`);
  cpSync(source, crate, { recursive: true, preserveTimestamps: true });
  const registry = [
    ...["--config", 'source.crates-io.replace-with="system"'],
    ...["--config", `source.system.directory=${JSON.stringify(REGISTRY)}`],
  ];
  compile("cargo", ["build", "--release", "--offline", "--quiet", ...registry], {
    cwd: crate,
    env: { ...process.env, CARGO_TARGET_DIR: join(crate, "target") },
  });
}
