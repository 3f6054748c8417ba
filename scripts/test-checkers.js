// Whether each checker finds errors that are planted for it, in a copy of the sources:
//   node scripts/test-checkers.js [asan | leaks | tsan | valgrind | tidy | fuzz]…
// Needs what the checkers need, and the addons of `scripts/checked asan|tsan|valgrind --build`; builds those that
// are missing.
import { execFileSync, spawnSync } from "node:child_process";
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const SCRATCH = join(ROOT, "build-planted");
const FILE = "inotify.cc";
const HEADER = '#include "../test/checkers/planted.h"\n';
const CALL = "return Result(info.Env(), ::inotify_rm_watch(fd, wd));";
// As in planted.h.
const ERRORS = ["leak", "outside", "afterFree", "misaligned", "overflow", "race", "neverWritten"];

/** What each tool has to say of the errors that it is there for. */
const NATIVE = {
  asan: {
    outside: /heap-buffer-overflow.*\n[^]*?Plant/,
    afterFree: /heap-use-after-free.*\n[^]*?Plant/,
    misaligned: /misaligned address[^]*?Plant/,
    overflow: /signed integer overflow[^]*?Plant/,
  },
  leaks: { leak: /LeakSanitizer: detected memory leaks[^]*?Plant/ },
  tsan: { race: /data race[^]*?Plant/ },
  valgrind: {
    outside: /Invalid read[^]*?Plant/,
    afterFree: /Invalid read[^]*?Plant/,
    neverWritten: /uninitialised value[^]*?Plant/,
  },
};

/** A change of one file, and the test of test/fuzz/parsers.test.ts that must fail for it. */
const FUZZ = [
  [
    "lib/memory/records.ts",
    "length <= end - start",
    "length <= end - start + 8",
    /control messages, and all/,
  ],
  [
    "lib/sys/inotify.ts",
    "new Uint8Array(name)",
    "new Uint8Array(bytes.buffer, start, name.length)",
    /events of inotify/,
  ],
  ["lib/memory/text.ts", "bytes.indexOf(0)", "bytes.indexOf(1)", /an address whose text/],
  ["lib/memory/fields.ts", 'outOfRange("bytes",', 'new RangeError("bytes" +', /links and their/],
  [
    "lib/address/text.ts",
    'invalidArgValue("text", "text in',
    'new Error("text" + "text in',
    /reads any text/,
  ],
  ["lib/netlink/message.ts", "bytes.length - end)", "bytes.length - end - 1)", /messages of netli/],
];

/** Builds the addon with the errors, from the objects of the addon without. */
function plant(kind) {
  const folder = { asan: "build-asan", leaks: "build-asan" }[kind] ?? `build-${kind}`;
  const build = join(ROOT, folder, "build");
  const checked = kind === "leaks" ? "asan" : kind;
  if (!existsSync(join(build, "Release/pollux.node"))) {
    execFileSync("scripts/checked", [checked, "--build"], { cwd: ROOT, stdio: "inherit" });
  }
  const target = join(SCRATCH, checked);
  const source = join(target, FILE);
  const object = join(target, `${FILE}.o`);
  const addon = join(target, "build/Release/pollux.node");
  mkdirSync(join(target, "build/Release"), { recursive: true });
  writeFileSync(source, planted());
  const commands = JSON.parse(readFileSync(join(build, "compile_commands.json"), "utf8"));
  const objectOf = ({ command }) => / -o (\S+)/.exec(command)[1];
  const ours = commands.find(({ file }) => file.endsWith(`native/${FILE}`));
  // Without the precompiled header, which the list has as well.
  const others = commands
    .filter((entry) => entry !== ours && entry.file.endsWith(".cc"))
    .map(objectOf);
  // The compiler finds some of the errors as well, and need not say so.
  const options = `-w -I${join(ROOT, "native")} -o ${object} -c ${source}`;
  shell(`${ours.command.replace(/ -o \S+ -c \S+$/, "")} ${options}`, build);
  const [compiler] = ours.command.split(" ");
  const sanitizers = ours.command.match(/-fsanitize=\S+/g)?.join(" ") ?? "";
  shell(`${compiler} -shared ${sanitizers} -o ${addon} ${object} ${others.join(" ")}`, build);
  return target;
}

function planted() {
  const text = readFileSync(join(ROOT, "native", FILE), "utf8");
  if (text.split(CALL).length !== 2) throw new Error(`no place for errors in native/${FILE}`);
  return HEADER + text.replace(CALL, `Plant(wd);\n  ${CALL}`);
}

function shell(command, cwd) {
  execFileSync("sh", ["-c", command], { cwd, stdio: ["ignore", "ignore", "inherit"] });
}

/** Everything that a command prints, if it fails; undefined if it does not. */
function complaint(command, args, options) {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: ROOT,
    encoding: "utf8",
    maxBuffer: 2 ** 28,
    ...options,
  });
  return status === 0 ? undefined : `${stdout}${stderr}`;
}

function* native(kind) {
  const env = { ...process.env, POLLUX_PREBUILD: plant(kind) };
  const run = (error) => {
    const number = String(1001 + ERRORS.indexOf(error));
    const args = [kind, process.execPath, "test/checkers/planted.mjs", number];
    return complaint("scripts/checked", args, { env });
  };
  // What says something in any case would find everything.
  yield ["nothing, where there is none", run(undefined) === undefined, ""];
  for (const [error, expected] of Object.entries(NATIVE[kind])) {
    const told = run(error) ?? "";
    yield [error, expected.test(told), told];
  }
}

function* tidy() {
  const args = ["--quiet", `--config-file=${join(ROOT, ".clang-tidy")}`, "planted.cc"];
  const folder = join(ROOT, "test/checkers");
  const told = complaint("clang-tidy", [...args, "--", "-std=c++17"], { cwd: folder }) ?? "";
  const rules = [
    "bugprone-use-after-move",
    "clang-analyzer-core.NullDereference",
    "concurrency-mt-unsafe",
    "performance-unnecessary-value-param",
    "cert-err34-c",
  ];
  for (const rule of rules) yield [rule, told.includes(rule), told];
}

function* fuzz() {
  const copy = join(SCRATCH, "fuzz");
  mkdirSync(copy, { recursive: true });
  for (const name of ["lib", "test", "package.json", "tsconfig.json", "vitest.config.ts"]) {
    cpSync(join(ROOT, name), join(copy, name), { recursive: true });
  }
  for (const name of ["node_modules", "build"]) symlinkSync(join(ROOT, name), join(copy, name));
  for (const [file, right, wrong, expected] of FUZZ) {
    const text = readFileSync(join(copy, file), "utf8");
    if (text.split(right).length !== 2) throw new Error(`no place for an error in ${file}`);
    writeFileSync(join(copy, file), text.replace(right, wrong));
    const args = ["node_modules/vitest/vitest.mjs", "run", "test/fuzz/parsers.test.ts"];
    const told = complaint(process.execPath, args, {
      cwd: copy,
      env: { ...process.env, NO_COLOR: "1" },
    });
    yield [`${file}: ${wrong}`, expected.test(failures(told ?? "")), told];
    copyFileSync(join(ROOT, file), join(copy, file));
  }
}

function failures(told) {
  return told
    .split("\n")
    .filter((line) => /^ *(FAIL|×) /.test(line))
    .join("\n");
}

const CHECKERS = {
  ...Object.fromEntries(Object.keys(NATIVE).map((kind) => [kind, () => native(kind)])),
  tidy,
  fuzz,
};

const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !Object.hasOwn(CHECKERS, name));
if (unknown.length > 0) {
  console.error(`usage: test-checkers.js [${Object.keys(CHECKERS).join(" | ")}]…`);
  process.exit(2);
}
rmSync(SCRATCH, { recursive: true, force: true });
for (const name of chosen.length > 0 ? chosen : Object.keys(CHECKERS)) {
  for (const [error, found, told] of CHECKERS[name]()) {
    console.log(`${found ? "found " : "MISSED"} ${name}: ${error}`);
    if (found) continue;
    process.exitCode = 1;
    console.log(told);
  }
}
