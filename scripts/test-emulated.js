// Runs the tests of the layers next to the kernel on processors that this machine does not have:
//   node scripts/test-emulated.js [--jobs N] [linux-arm64-glibc | linux-s390x-glibc] [part of a file's name]…
// Needs Debian's qemu-user, g++-aarch64-linux-gnu and g++-s390x-linux-gnu, and the target's binary of
// scripts/prebuild.js. Fails for each failure without a reason in test/emulated/known.mjs,
// for each reason there that nothing needs, and for too few that pass.
import { execFileSync, spawn } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { KNOWN } from "../test/emulated/known.mjs";
import { fileOf } from "./targets.js";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const BUILD = join(ROOT, "build-emulated");
const TESTS = join(BUILD, "tests");
const RUNTIMES = join(ROOT, "scripts/emulated");
const FOLDERS = ["address", "cmsg", "memory", "netlink", "options", "sys"];
// Besides: the layout of each structure and the value of each constant, beside what a compiler says.
const MORE = ["test/structure/constants.test.ts"];
const MINUTES = 10;

// `minPasses`: somewhat fewer than docs/runtimes.md has, so that no reason can excuse a whole suite.
const MACHINES = {
  "linux-arm64-glibc": {
    emulator: "qemu-aarch64",
    prefix: "aarch64-linux-gnu",
    node: "arm64",
    minPasses: 1200,
  },
  "linux-s390x-glibc": {
    emulator: "qemu-s390x",
    prefix: "s390x-linux-gnu",
    node: "s390x",
    minPasses: 1150,
  },
};

/** One file per test, which imports neither TypeScript nor vitest. They stand as deep as their sources. */
async function bundle(files) {
  rmSync(TESTS, { recursive: true, force: true });
  const name = (file) => file.replace(/^test\/|\.ts$/g, "").replaceAll("/", ".");
  const bundled = await rolldown({
    platform: "node",
    transform: { target: "es2022" },
    cwd: ROOT,
    external: [/^node:/, "typescript"],
    input: {
      run: "test/emulated/run.mjs",
      ...Object.fromEntries(files.map((file) => [name(file), file])),
    },
    resolve: { alias: { vitest: join(ROOT, "test/emulated/vitest.mjs") } },
    plugins: [
      {
        name: "addon-as-it-is",
        resolveId: (id) =>
          id.endsWith("/addon.cjs") ? { id: "./addon.cjs", external: "relative" } : null,
      },
    ],
  });
  await bundled.write({ dir: TESTS, entryFileNames: "[name].mjs", chunkFileNames: "[name].mjs" });
  copyFileSync(join(ROOT, "lib/native/addon.cjs"), join(TESTS, "addon.cjs"));
  return files.map((file) => join(TESTS, `${name(file)}.mjs`));
}

function script(path, ...lines) {
  writeFileSync(path, `#!/bin/sh\n${lines.join("\n")}\n`);
  chmodSync(path, 0o755);
  return path;
}

/** Programs that stand in for node and g++: the emulator runs what the one starts and the other builds. */
function standIns(target) {
  const { emulator, prefix, node } = MACHINES[target];
  const folder = join(BUILD, target);
  const emulate = `${emulator} -L /usr/${prefix}`;
  const runtime = join(RUNTIMES, `node_modules/node-linux-${node}/bin/node`);
  if (!existsSync(runtime)) {
    const args = ["ci", "--force", "--ignore-scripts", "--no-audit", "--no-fund"];
    execFileSync("npm", args, { cwd: RUNTIMES, stdio: ["ignore", "ignore", "inherit"] });
  }
  mkdirSync(join(folder, "bin"), { recursive: true });
  const executable = script(join(folder, "bin/node"), `exec ${emulate} ${runtime} "$@"`);
  script(
    join(folder, "bin/g++"),
    'while [ "$1" != -o ]; do shift; done',
    `${prefix}-g++ -o "$2.program" "$3" || exit`,
    `printf '#!/bin/sh\\nexec ${emulate} %s.program "$@"\\n' "$2" >"$2" && chmod +x "$2"`,
  );
  return { executable, bin: join(folder, "bin") };
}

/** The addon where POLLUX_PREBUILD leads to it, for those tests that load it themselves. */
function place(target) {
  const binary = join(ROOT, fileOf(target));
  if (!existsSync(binary)) throw new Error(`no ${binary}: node scripts/prebuild.js ${target}`);
  const release = join(BUILD, target, "build/Release");
  mkdirSync(release, { recursive: true });
  if (binary !== join(release, "pollux.node")) copyFileSync(binary, join(release, "pollux.node"));
  return join(BUILD, target);
}

async function test(target, files, jobs) {
  const { executable, bin } = standIns(target);
  const results = join(BUILD, target, "results.jsonl");
  rmSync(results, { force: true });
  const env = {
    ...process.env,
    POLLUX_PREBUILD: place(target),
    PATH: `${bin}:${process.env.PATH}`,
    NO_COLOR: "1",
  };
  const queue = [...files];
  const ended = [];
  const worker = async () => {
    for (let file; (file = queue.shift());) {
      const args = [executable, join(TESTS, "run.mjs"), executable, results, file];
      const child = spawn("timeout", ["--kill-after=5", String(MINUTES * 60), ...args], {
        cwd: ROOT,
        env,
        stdio: ["ignore", "ignore", "pipe"],
      });
      let stderr = "";
      child.stderr.on("data", (text) => (stderr += text));
      const code = await new Promise((resolve) => child.on("close", resolve));
      const lines = stderr.trim().split("\n");
      const error = `ended with ${String(code)}: ${lines.slice(-3).join(" | ")}`;
      if (code !== 0)
        ended.push({
          file: basename(file, ".test.mjs"),
          title: "(the file)",
          state: "fail",
          error,
        });
    }
  };
  await Promise.all(Array.from({ length: jobs }, worker));
  const told = existsSync(results) ? readFileSync(results, "utf8").trim().split("\n") : [];
  return [...told.map((line) => JSON.parse(line)), ...ended];
}

/** Prints what there is to know; returns whether nothing failed without a reason. */
function report(target, tests, complete) {
  const known = KNOWN.filter(({ targets }) => targets.includes(target));
  const reasonFor = (test) =>
    known.find((entry) =>
      ["file", "title", "error"].every((field) => entry[field].test(test[field] ?? "")),
    );
  const failed = tests.filter(({ state }) => state === "fail");
  const explained = failed.filter(reasonFor);
  const wrong = failed.filter((test) => !reasonFor(test));
  const count = (state) => tests.filter((test) => test.state === state).length;
  const reasons = new Map();
  for (const test of explained) {
    const { reason } = reasonFor(test);
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  const unneeded = known.filter((entry) => !explained.some((test) => reasonFor(test) === entry));
  console.log(
    `${target}: ${String(count("pass"))} passed, ${String(wrong.length)} failed, ` +
      `${String(explained.length)} known to fail, ${String(count("skip"))} skipped as on every machine`,
  );
  for (const [reason, times] of reasons) console.log(`  ${String(times)} × ${reason}`);
  for (const { file, title, error } of wrong) console.log(`  FAILED ${file}: ${title}: ${error}`);
  if (!complete) return wrong.length === 0;
  for (const { file, title, error } of unneeded)
    console.log(`  UNNEEDED ${file}: ${title}: ${error}`);
  const { minPasses } = MACHINES[target];
  const isEnough = count("pass") >= minPasses;
  if (!isEnough) console.log(`  TOO FEW passed: at least ${minPasses} have to`);
  return wrong.length === 0 && unneeded.length === 0 && isEnough;
}

const words = process.argv.slice(2);
const option = words.indexOf("--jobs");
const jobs = option === -1 ? 1 : Number(words.splice(option, 2)[1]);
const chosen = words.filter((word) => Object.hasOwn(MACHINES, word));
const parts = words.filter((word) => !Object.hasOwn(MACHINES, word));
const sources = FOLDERS.flatMap((folder) =>
  readdirSync(join(ROOT, "test", folder))
    .filter((file) => file.endsWith(".test.ts"))
    .map((file) => `test/${folder}/${file}`),
).concat(MORE);
const files = await bundle(
  sources.filter((file) => parts.length === 0 || parts.some((part) => file.includes(part))),
);
for (const target of chosen.length > 0 ? chosen : Object.keys(MACHINES)) {
  if (!report(target, await test(target, files, jobs), parts.length === 0)) process.exitCode = 1;
}
