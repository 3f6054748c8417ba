// Tries the library on other runtimes than the one at hand:
//   node scripts/test-runtimes.js [node | node20 | node22 | node24 | node26 | bun | deno]…
// On all of them the smoke tests of test/smoke/; on a Node.js of another version also the tests of the addon, the
// system calls, the multiplexers and the servers. "node" is the one that runs this, with the smoke tests alone. Fails
// unless exactly those claims fail that docs/runtimes.md has a reason for. Needs dist/ and the addon to be built.
import { spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { fetchTool } from "./tools.js";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const SMOKE = join(ROOT, "test/smoke");
// What runs the claims, and is not one of their files.
const NO_CLAIMS = ["run.mjs", "suite.mjs"];
const FOLDERS = ["test/native", "test/sys", "test/multiplexer", "test/servers"];
const FLAGS = {
  node: ["--expose-gc"],
  bun: [],
  deno: ["run", "--quiet", "--allow-all", "--v8-flags=--expose-gc"],
};
const RUNTIMES = ["node20", "node22", "node24", "node26", "bun", "deno"];
// Longer than a claim may take: this one has stopped the runtime's own timers.
const STUCK_MS = 30_000;
const VITEST_MINUTES = 20;
// Far fewer than there are: a suite that tries nothing must not pass.
const MIN_CLAIMS = 100;

/** What is known to differ, from the table of docs/runtimes.md: claim, runtimes, reason. */
function differences() {
  const text = readFileSync(join(ROOT, "docs/runtimes.md"), "utf8");
  return [...text.matchAll(/^\| `([^`]+)` +\| ([a-z0-9, ]+?) +\| (.+?) +\|$/gm)].map(
    ([, claim, runtimes, reason]) => ({ claim, runtimes: runtimes.split(", "), reason }),
  );
}

const smokeFiles = () =>
  readdirSync(SMOKE).filter((file) => file.endsWith(".mjs") && !NO_CLAIMS.includes(file));

/** The claims of one file: again from the next one on, where one ends the process or never ends. */
async function claimsOf(executable, flags, file) {
  const results = [];
  for (;;) {
    const args = [...flags, join(SMOKE, "run.mjs"), join(SMOKE, file), String(results.length)];
    const { begun, ended } = await runClaims(executable, args, results);
    if (begun === null) {
      // A runtime may end with 0 where the import has failed.
      const error = ended ?? (results.length === 0 ? "no claim was tried" : null);
      if (error !== null) results.push({ title: `${file}: can be imported`, state: "fail", error });
      return results;
    }
    results.push({ ...begun, state: "fail", error: ended });
  }
}

/** Adds to `results`; returns the claim that ended the process, if one did, and how it ended. */
async function runClaims(executable, args, results) {
  const child = spawn(executable, args, { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] });
  let begun = null;
  let stuck = false;
  let stderr = "";
  child.stderr.on("data", (part) => (stderr = (stderr + part).slice(-4000)));
  const giveUp = () => {
    stuck = true;
    child.kill("SIGKILL");
  };
  let timer = setTimeout(giveUp, STUCK_MS);
  for await (const line of createInterface({ input: child.stdout })) {
    clearTimeout(timer);
    timer = setTimeout(giveUp, STUCK_MS);
    const told = parse(line);
    if (told?.title === undefined) continue;
    if (told.state) results.push(told);
    begun = told.state ? null : told;
  }
  clearTimeout(timer);
  const [code, signal] = await new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null)
      resolve([child.exitCode, child.signalCode]);
    else child.on("close", (...ended) => resolve(ended));
  });
  if (code === 0) return { begun, ended: begun && "the process ended" };
  const last = stderr.trim().split("\n").slice(-3).join(" | ");
  return {
    begun,
    ended: stuck ? "it blocked the process" : `ended with ${signal ?? code}: ${last}`,
  };
}

function parse(line) {
  try {
    return JSON.parse(line);
  } catch {
    return null; // what a claim prints
  }
}

async function smoke(runtime, executable) {
  const flags = FLAGS[runtime.replace(/\d+$/, "")];
  const results = [];
  for (const file of smokeFiles()) results.push(...(await claimsOf(executable, flags, file)));
  if (results.length >= MIN_CLAIMS) return results;
  return [...results, failure("test/smoke", `has ${results.length} claims, of ${MIN_CLAIMS}`)];
}

/** The tests of the layers next to the kernel, with vitest on another Node.js. */
async function layers(executable) {
  const folder = mkdtempSync(join(tmpdir(), "pollux-runtimes-"));
  try {
    // Programs that the tests start by name are to run on the same one.
    mkdirSync(join(folder, "bin"));
    symlinkSync(executable, join(folder, "bin/node"));
    const report = join(folder, "report.json");
    const vitest = [join(ROOT, "node_modules/vitest/vitest.mjs"), "run", "--reporter=json"];
    const args = [...vitest, `--outputFile=${report}`, ...FOLDERS];
    const minutes = String(VITEST_MINUTES * 60);
    const child = spawn("timeout", ["--kill-after=10", minutes, executable, ...args], {
      cwd: ROOT,
      env: { ...process.env, PATH: `${join(folder, "bin")}:${process.env.PATH}` },
      stdio: ["ignore", "ignore", "inherit"],
    });
    const code = await new Promise((resolve) => child.on("close", resolve));
    const ended = failure("vitest", `ended with ${code}`);
    if (!existsSync(report)) return [ended];
    const results = readReport(report);
    for (const folder of FOLDERS) {
      const isTried = results.some(
        (test) => test.title.startsWith(folder) && test.state === "pass",
      );
      if (!isTried) results.push(failure(folder, "no test of it has passed"));
    }
    // Such as an error that is of no test.
    const isTold = results.some(({ state }) => state === "fail");
    return code === 0 || isTold ? results : [...results, ended];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const failure = (title, error) => ({ title, state: "fail", error });

const STATES = { passed: "pass", failed: "fail" };

function readReport(file) {
  const { testResults } = JSON.parse(readFileSync(file, "utf8"));
  return testResults.flatMap(({ name, assertionResults, status, message }) => {
    const path = name.replace(`${ROOT}`, "").replace(/\.test\.ts$/, "");
    const tests = assertionResults.map(({ fullName, status, failureMessages = [] }) => ({
      title: `${path}: ${fullName}`,
      state: STATES[status] ?? "skip",
      error: failureMessages[0]?.split("\n")[0],
    }));
    const whole = status === "failed" && tests.every(({ state }) => state !== "fail");
    return whole
      ? [...tests, { title: path, state: "fail", error: message.split("\n")[0] }]
      : tests;
  });
}

/** Prints what came of it; returns whether it is what docs/runtimes.md says. */
function report(runtime, version, results) {
  const known = differences().filter(({ runtimes }) => runtimes.includes(runtime));
  const isKnown = ({ title }) => known.some(({ claim }) => claim === title);
  const failed = results.filter(({ state }) => state === "fail");
  const passed = results.filter(({ state }) => state === "pass");
  const unexpected = failed.filter((result) => !isKnown(result));
  const unexpectedPasses = passed.filter(isKnown);
  const missing = known.filter(({ claim }) => !results.some(({ title }) => title === claim));
  const skipped = results.length - failed.length - passed.length;
  console.log(
    `${runtime} (${version}): ${passed.length} passed, ${unexpected.length} failed, ` +
      `${failed.length - unexpected.length} differ as docs/runtimes.md says, ${skipped} skipped`,
  );
  for (const { title, error } of unexpected) console.log(`  FAILED ${title}: ${error}`);
  for (const { title } of unexpectedPasses) console.log(`  PASSES, but is in the table: ${title}`);
  for (const { claim } of missing) console.log(`  IN THE TABLE, but no claim: ${claim}`);
  return unexpected.length + unexpectedPasses.length + missing.length === 0;
}

async function output(executable, ...args) {
  const child = spawn(executable, args, { stdio: ["ignore", "pipe", "ignore"] });
  let text = "";
  for await (const part of child.stdout) text += part;
  return text.split("\n")[0];
}

async function tryRuntime(runtime) {
  try {
    const executable = runtime === "node" ? process.execPath : await fetchTool(runtime);
    const version = await output(executable, "--version");
    const results = await smoke(runtime, executable);
    if (/^node\d/.test(runtime)) results.push(...(await layers(executable)));
    return report(runtime, version, results);
  } catch (error) {
    console.log(`${runtime}: NOT TRIED: ${error.message}`);
    return false;
  }
}

const names = process.argv.slice(2);
const unknown = names.filter((name) => name !== "node" && !RUNTIMES.includes(name));
if (unknown.length > 0) {
  console.error(`usage: test-runtimes.js [node | ${RUNTIMES.join(" | ")}]…`);
  process.exit(2);
}
let good = true;
for (const name of names.length > 0 ? names : RUNTIMES) good = (await tryRuntime(name)) && good;
process.exit(good ? 0 : 1);
