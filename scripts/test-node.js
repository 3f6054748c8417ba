// Runs Node's own tests with pollux/net in the place of node:net:
//   node scripts/test-node.js --dir CHECKOUT [--suite net,http,tls] [--filter REGEX] [--multiplexer NAME]
//     [--node BINARY] [--jobs N] [--seconds N] [--verbose]
// CHECKOUT has Node's folder test/, as nodejs/node and denoland/node_test do. Each file runs twice, in processes of
// its own: as it is, and with dist/lib/net/register.js loaded before it. Exits with 1 if a test fails that node:net
// passes and node-tests/reasons.js does not excuse, and if an excused one passes. Needs dist/ and the addon.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { REASONS } from "./node-tests/reasons.js";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const REGISTER = pathToFileURL(join(ROOT, "dist/lib/net/register.js")).href;
const SHOWN_LINES = 12;

const { values: options } = parseArgs({
  options: {
    dir: { type: "string" },
    suite: { type: "string", default: "net,http,tls" },
    filter: { type: "string", default: "" },
    multiplexer: { type: "string", default: "epoll" },
    node: { type: "string", default: process.execPath },
    jobs: { type: "string", default: "2" },
    seconds: { type: "string", default: "30" },
    verbose: { type: "boolean", default: false },
  },
});
if (options.dir === undefined) throw new Error("--dir CHECKOUT is missing");
const parallel = join(options.dir, "test/parallel");
const scratch = mkdtempSync(join(tmpdir(), "pollux-node-tests-"));

/** The options of node that a test asks for in its first lines. */
function flagsOf(file) {
  const [, flags = ""] = /^\/\/ Flags: (.*)$/m.exec(readFileSync(file, "utf8")) ?? [];
  return flags.split(" ").filter(Boolean);
}

/** @returns {Promise<{state: "pass" | "fail" | "skip", output: string}>} */
function run(file, preload, job) {
  const home = join(scratch, String(job));
  rmSync(home, { recursive: true, force: true });
  mkdirSync(home);
  const env = {
    ...process.env,
    NODE_TEST_DIR: home,
    TEST_THREAD_ID: String(job),
    POLLUX_MULTIPLEXER: options.multiplexer,
    ...(preload ? { NODE_OPTIONS: `--import ${REGISTER}` } : {}),
  };
  const child = spawn(options.node, [...flagsOf(file), file], {
    cwd: options.dir,
    env,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text) => (output += text));
  return new Promise((resolve) => {
    let late = false;
    const timer = setTimeout(
      () => {
        late = true;
        if (child.pid) process.kill(-child.pid, "SIGKILL");
      },
      1000 * Number(options.seconds),
    );
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      const skipped = /^1\.\.0 # Skipped: (.*)$/m.exec(output);
      if (late) output += `\nnot over after ${options.seconds} s`;
      const passed = code === 0 && signal === null;
      resolve({ state: passed ? (skipped ? "skip" : "pass") : "fail", output });
    });
  });
}

function filesOf(suite) {
  return readdirSync(parallel)
    .filter((file) => file.startsWith(`test-${suite}-`) && /\.m?js$/.test(file))
    .filter((file) => new RegExp(options.filter).test(file))
    .sort();
}

/** @returns the name of a test in the table of reasons */
const nameOf = (file) => file.replace(/^test-/, "").replace(/\.m?js$/, "");

/** Runs all of them, as many at a time as there are jobs. */
async function runAll(files) {
  const results = new Map();
  const queue = [...files];
  const worker = async (job) => {
    for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
      const path = join(parallel, file);
      const own = await run(path, true, job);
      results.set(file, { own, node: await run(path, false, job) });
      if (options.verbose) console.log(`${own.state} ${results.get(file).node.state} ${file}`);
    }
  };
  await Promise.all(Array.from({ length: Number(options.jobs) }, (_, job) => worker(job)));
  return results;
}

let wrong = 0;

function report(suite, results) {
  const count = { both: 0, excused: 0, failed: 0, skipped: 0, neither: 0 };
  for (const [file, { own, node }] of [...results].sort()) {
    const name = nameOf(file);
    const reason = REASONS[`${options.multiplexer}:${name}`] ?? REASONS[name];
    if (node.state === "fail") count.neither++;
    else if (node.state === "skip") count.skipped++;
    else if (own.state === "pass") {
      count.both++;
      if (reason === undefined) continue;
      console.log(`PASSES ${file}, and has a reason not to: ${reason}`);
      wrong++;
    } else if (reason !== undefined) {
      count.excused++;
      console.log(`excused ${file}: ${reason}`);
    } else {
      count.failed++;
      wrong++;
      const lines = own.output
        .trimEnd()
        .split("\n")
        .slice(0, options.verbose ? 60 : SHOWN_LINES);
      console.log(`FAILS ${file}\n${lines.map((line) => `    ${line}`).join("\n")}`);
    }
  }
  const passed = count.both + count.excused + count.failed;
  console.log(
    `test-${suite}-*: of ${passed} that node:net passes, pollux/net (${options.multiplexer}) passes ${count.both}; ` +
      `${count.excused} excused, ${count.failed} failed. Skipped by themselves: ${count.skipped}. ` +
      `node:net fails ${count.neither}.`,
  );
}

if (!existsSync(parallel)) throw new Error(`${parallel} does not exist`);
try {
  for (const suite of options.suite.split(",")) report(suite, await runAll(filesOf(suite)));
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
process.exitCode = wrong === 0 ? 0 : 1;
