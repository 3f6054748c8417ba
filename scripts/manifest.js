// The package.json of the tarball: that of the checkout without `scripts` and `devDependencies`, which are of no use to
// who installs it. npm 11.19 and later ask the user about a package that has `prepare`, although it never runs there.
//   node scripts/manifest.js COMMAND [ARGUMENT]…   runs a command while package.json is the one of the tarball
//   node scripts/manifest.js --pack                leaves it so, until --restore or the end of the npm that packs
//   node scripts/manifest.js --restore
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const path = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));
const MANIFEST = path("package.json");
// Here as long as package.json is the one of the tarball.
const ORIGINAL = path(".cache/package.json");
const SHELLS = /^(ba|da)?sh$/;
const POLL_MS = 100;

function replace() {
  // Left by a pack that was killed.
  restore();
  const text = readFileSync(MANIFEST, "utf8");
  const manifest = JSON.parse(text);
  delete manifest.scripts;
  delete manifest.devDependencies;
  mkdirSync(path(".cache"), { recursive: true });
  writeFileSync(ORIGINAL, text);
  writeFileSync(`${ORIGINAL}.new`, `${JSON.stringify(manifest, null, 2)}\n`);
  renameSync(`${ORIGINAL}.new`, MANIFEST);
}

function restore() {
  if (existsSync(ORIGINAL)) renameSync(ORIGINAL, MANIFEST);
}

/** npm, which has started this through a shell. */
function packer() {
  const stat = readFileSync(`/proc/${process.ppid}/stat`, "latin1");
  const [, name, rest] = /\((.*)\) (.*)/.exec(stat);
  return SHELLS.test(name) ? Number(rest.split(" ")[1]) : process.ppid;
}

/** npm runs no `postpack` when it fails: so a process of its own waits for its end. */
function guard(pid) {
  const wait = setInterval(() => {
    if (existsSync(`/proc/${pid}`) && existsSync(ORIGINAL)) return;
    clearInterval(wait);
    restore();
  }, POLL_MS);
}

const [command, ...args] = process.argv.slice(2);
if (command === "--pack") {
  replace();
  const own = [fileURLToPath(import.meta.url), "--guard", String(packer())];
  spawn(process.execPath, own, { detached: true, stdio: "ignore" }).unref();
} else if (command === "--guard") {
  guard(Number(args[0]));
} else if (command === "--restore") {
  restore();
} else if (command === undefined) {
  console.error("usage: manifest.js --pack | --restore | COMMAND [ARGUMENT]…");
  process.exitCode = 2;
} else {
  // The command gets the signals of the terminal as well, and ends by them.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => {});
  replace();
  try {
    process.exitCode = spawnSync(command, args, { stdio: "inherit" }).status ?? 1;
  } finally {
    restore();
  }
}
