// Whether each binary in prebuilds/ (or each file that is named as TARGET=FILE) is what its name says, and needs no
// more than every system of this kind has:  node scripts/check-prebuilds.js [linux-x64-musl=FILE]…
// Reads them with readelf, of binutils.
import { execFileSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { TARGETS, fileOf } from "./targets.js";

// Of Debian 10, RHEL 8, and Node.js 20.
const GLIBC = "2.28";
const MAX_BYTES = 600_000;
const ENTRY = ["napi_register_module_v1", "node_api_module_get_api_version_v1"];
const LIBRARIES = {
  glibc: /^(libc\.so\.6|libm\.so\.6|libpthread\.so\.0|libdl\.so\.2|ld-linux-aarch64\.so\.1)$/,
  musl: /^libc\.so$/,
};

/** Throws with all that is wrong. */
export function checkPrebuilds(files = builtFiles()) {
  const faults = files.flatMap(([target, file]) =>
    faultsOf(target, file).map((fault) => `${file}: ${fault}`),
  );
  if (faults.length > 0) throw new Error(`wrong binaries\n${faults.join("\n")}`);
}

function builtFiles() {
  return Object.keys(TARGETS).map((target) => [
    target,
    fileURLToPath(new URL(`../${fileOf(target)}`, import.meta.url)),
  ]);
}

function faultsOf(target, file) {
  if (!existsSync(file)) return ["is not there; `npm run prebuilds` builds it"];
  const { machine } = TARGETS[target];
  const libc = target.slice(target.lastIndexOf("-") + 1);
  const output = read("-h", "-d", "-l", "-S", "-V", file);
  const symbols = read("--dyn-syms", file)
    .split("\n")
    .filter((line) => /^ *\d+:/.test(line));
  const needed = all(output, /\(NEEDED\).*\[(.*)\]/g);
  // Those with a version are of glibc. musl has no versions: there the loader has to look.
  const loose = symbols.filter(
    (line) => / UND /.test(line) && !/@/.test(line) && !/ WEAK /.test(line),
  );
  const versions = all(output, /Name: (\w+_[\d.]+)/g);
  const names = (lines) => lines.map((line) => line.trim().split(/\s+/)[7] ?? "");
  const defined = names(symbols.filter((line) => !/ UND /.test(line)));
  const napi = names(loose).filter((symbol) => /^(napi|node_api)_/.test(symbol));
  const others = names(loose).filter((symbol) => symbol !== "" && !napi.includes(symbol));
  return [
    all(output, /Machine: +(.*)/g)[0] === machine || `is not for ${machine}`,
    needed.length > 0 || "needs no C library",
    ...needed.map((library) => LIBRARIES[libc].test(library) || `needs ${library}`),
    ...versions.map((version) => isOldEnough(version, libc) || `needs ${version}`),
    ...defined.map((symbol) => ENTRY.includes(symbol) || `exports ${symbol}`),
    ...ENTRY.map((symbol) => defined.includes(symbol) || `does not export ${symbol}`),
    napi.length > 0 || "imports no napi_…",
    ...(libc === "glibc" ? others.map((symbol) => `needs ${symbol} of no known version`) : []),
    // A musl that loads it while the program runs has no room for these.
    libc === "glibc" || !/\bSTATIC_TLS\b/.test(output) || "has static thread-local storage",
    !/\.symtab/.test(output) || "is not stripped",
    statSync(file).size <= MAX_BYTES || `has more than ${MAX_BYTES} bytes`,
  ].filter((fault) => fault !== true);
}

function read(...args) {
  return execFileSync("readelf", ["-W", ...args], { encoding: "latin1", maxBuffer: 2 ** 26 });
}

function all(text, pattern) {
  return [...text.matchAll(pattern)].map(([, found]) => found.replace(/@.*/, ""));
}

function isOldEnough(version, libc) {
  const [, name, number] = /^(\w+?)_([\d.]+)$/.exec(version);
  return libc === "glibc" && name === "GLIBC" && compare(number, GLIBC) <= 0;
}

function compare(a, b) {
  const [[majorA, minorA], [majorB, minorB]] = [a, b].map((text) => text.split(".").map(Number));
  return majorA - majorB || minorA - minorB;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const named = process.argv.slice(2).map((argument) => argument.split("="));
  try {
    checkPrebuilds(named.length > 0 ? named : undefined);
    console.log("the binaries are what their names say");
  } catch ({ message }) {
    console.error(message);
    process.exitCode = 1;
  }
}
