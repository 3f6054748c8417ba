// Whether the package can be installed and used, by every package manager and bundler:
//   node scripts/test-install.js [npm11 | pnpm10 | … | esbuild | …]…
// Packs it once, and offers it in a registry on the loopback. Where it is installed, nothing but a runtime, the package
// manager and a shell can be found: no compiler. Prints a line for each cell; fails if one of them does.
// What cannot be fetched fails as well, but for what a tool fetches itself from elsewhere: that is told. The binaries
// of a release take minutes to build: where this machine's are missing, the addon of the checkout stands for them.
import { execFile, execFileSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { BUNDLES } from "./install/bundles.js";
import { MANAGERS } from "./install/managers.js";
import { startRegistry } from "./install/registry.js";
import { pack } from "./install/tarball.js";
import { TOOLS, fetchTool } from "./tools.js";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const PROGRAMS = ["app.mjs", "check.mjs", "echo.mjs", "worker.mjs"];
const CHECKS = ["import", "require", "binary", "worker", "echo"];
const COMPILERS = ["cc", "gcc", "g++", "c++", "clang", "make", "python3", "node-gyp"];
// What package managers start programs with.
const SHELL = ["dirname", "env", "sed", "sh", "uname"];
const ECHOED = "echoed on select, poll, epoll\n";
const STEP_MS = 60_000;

const manifest = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
const scratch = mkdtempSync(join(tmpdir(), "pollux-install-"));
const run = promisify(execFile);

/** An executable in a folder, which starts `command`. */
function executable(path, command) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/sh\nexec ${command} "$@"\n`);
  chmodSync(path, 0o755);
}

function pathOf(command) {
  return execFileSync("/bin/sh", ["-c", `command -v ${command}`], { encoding: "utf8" }).trim();
}

function write(folder, files) {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    const isText = typeof content === "string";
    writeFileSync(join(folder, name), isText ? content : `${JSON.stringify(content, null, 2)}\n`);
  }
}

/** What can be started where the package is installed: a runtime, the tool, and a shell. */
async function environmentOf(name, { tool, fetch, node, alone = false }, registry) {
  const bin = join(scratch, name, "bin");
  const runtime = node ? await fetchTool(node) : process.execPath;
  const path = await fetchTool(fetch);
  mkdirSync(bin, { recursive: true });
  for (const command of SHELL) symlinkSync(pathOf(command), join(bin, command));
  if (!alone) executable(join(bin, "node"), runtime);
  executable(join(bin, tool), TOOLS[fetch].machine ? path : `${runtime} ${path}`);
  if (tool === "npm")
    executable(join(bin, "npx"), `${runtime} ${join(dirname(path), "npx-cli.js")}`);
  const home = join(scratch, name, "home");
  write(home, { ".npmrc": `registry=${registry}\n` });
  return {
    PATH: bin,
    HOME: home,
    NPM_CONFIG_REGISTRY: registry,
    npm_config_registry: registry,
    NPM_CONFIG_UPDATE_NOTIFIER: "false",
    YARN_NPM_REGISTRY_SERVER: registry,
    YARN_UNSAFE_HTTP_WHITELIST: "127.0.0.1",
    YARN_ENABLE_TELEMETRY: "0",
    YARN_ENABLE_IMMUTABLE_INSTALLS: "false",
    DENO_NO_UPDATE_CHECK: "1",
    NO_COLOR: "1",
  };
}

function checkThatNoCompilerIsThere(env) {
  for (const compiler of COMPILERS) {
    try {
      execFileSync("/bin/sh", ["-c", `command -v ${compiler}`], { env, stdio: "ignore" });
    } catch {
      continue;
    }
    throw new Error(`${compiler} can be found`);
  }
}

async function start(command, args, cwd, env) {
  try {
    const { stdout } = await run(join(env.PATH, command), args, { cwd, env, timeout: STEP_MS });
    return stdout;
  } catch (error) {
    const { stdout = "", stderr = "", message, code, signal } = error;
    const words = `${stdout}\n${stderr}`.trim().split("\n").slice(-4).join(" | ");
    throw new Error(
      `${command} ${args.join(" ")}: ended with ${signal ?? code}: ${words || message}`,
      { cause: error },
    );
  }
}

/** The five checks, and the command line. Returns what is wrong. */
async function faultsOf(manager, folder, env) {
  const { command, args } = manager.run ?? { command: "node", args: [] };
  const faults = [];
  let told = [];
  try {
    const output = await start(command, [...args, "check.mjs"], folder, env);
    told = output
      .split("\n")
      .filter((line) => line.startsWith('{"check"'))
      .map((line) => JSON.parse(line));
  } catch (error) {
    faults.push(error.message);
  }
  for (const check of CHECKS) {
    const found = told.find((line) => line.check === check);
    if (found?.error) faults.push(`${check}: ${found.error}`);
    else if (!found && faults.length === 0) faults.push(`${check}: no answer`);
  }
  try {
    const version = await start(
      manager.start.command,
      [...manager.start.args, "--version"],
      folder,
      env,
    );
    if (version.trim() !== manifest.version) faults.push(`pollux --version: ${version.trim()}`);
  } catch (error) {
    faults.push(error.message);
  }
  return faults;
}

const APP = { name: "app", version: "1.0.0", private: true, type: "module" };
const WITH_POLLUX = { ...APP, dependencies: { [manifest.name]: manifest.version } };

function project(folder, manager, files = { "package.json": WITH_POLLUX }) {
  rmSync(folder, { recursive: true, force: true });
  write(folder, { ...manager.files, ...files });
  for (const program of PROGRAMS)
    copyFileSync(join(ROOT, "scripts/install", program), join(folder, program));
  return folder;
}

/** Each prepares a folder, installs into it, and returns where the package is used. */
const CASES = {
  async fresh(manager, folder, env) {
    project(folder, manager);
    await start(manager.tool, manager.install, folder, env);
    return folder;
  },
  /** In the folder of the case before. */
  async "from the lock file"(manager, folder, env) {
    for (const gone of manager.remove ?? ["node_modules"]) {
      rmSync(join(folder, gone), { recursive: true });
    }
    await start(manager.tool, manager.again, folder, env);
    return folder;
  },
  async "--ignore-scripts"(manager, folder, env) {
    project(folder, manager);
    await start(manager.tool, [...manager.install, ...manager.ignoreScripts], folder, env);
    return folder;
  },
  async workspace(manager, folder, env) {
    project(folder, manager, {
      "package.json": { ...APP, name: "root", workspaces: ["packages/*"] },
      ...manager.workspace,
    });
    const member = join(folder, "packages/app");
    project(member, {});
    await start(manager.tool, manager.install, folder, env);
    return member;
  },
};

let failed = 0;
function tell(name, what, faults, beganMs) {
  const seconds = ((performance.now() - beganMs) / 1000).toFixed(1);
  const result = faults.length === 0 ? "ok" : "FAILED";
  console.log(`${name.padEnd(12)} ${what.padEnd(34)} ${result.padEnd(6)} ${seconds.padStart(5)} s`);
  for (const fault of faults) console.log(`  ${fault}`);
  if (faults.length > 0) failed++;
}

let untried = 0;
function tellUntried(name, reason) {
  console.log(`${name.padEnd(12)} NOT TRIED: ${reason}`);
  untried++;
}

async function tryManager(name, registry) {
  const manager = MANAGERS[name];
  let env;
  try {
    env = await environmentOf(name, manager, registry);
    checkThatNoCompilerIsThere(env);
  } catch (error) {
    tell(name, "is not tried", [error.message], performance.now());
    return;
  }
  const folder = join(scratch, name, "app");
  for (const [title, prepare] of Object.entries(CASES)) {
    const beganMs = performance.now();
    let faults;
    try {
      faults = await faultsOf(manager, await prepare(manager, folder, env), env);
    } catch (error) {
      faults = [error.message];
    }
    tell(name, title, faults, beganMs);
  }
}

/** Bundles in a folder where npm has installed the package, and starts the result. */
async function tryBundler(name, registry) {
  const beganMs = performance.now();
  const bundle = BUNDLES[name];
  try {
    const env = await environmentOf(name, MANAGERS.npm11, registry);
    const folder = project(join(scratch, name, "app"), MANAGERS.npm11);
    await start("npm", MANAGERS.npm11.install, folder, env);
    await buildBundle(bundle, folder, env);
    const output = await startBundle(bundle, folder, env);
    const faults = output === ECHOED ? [] : [`it printed ${output}`];
    tell(name, bundle.title, faults, beganMs);
  } catch ({ stderr = "", message }) {
    const words = stderr.trim().split("\n").slice(0, 6).join(" | ") || message;
    if (bundle.unavailable?.test(words)) tellUntried(name, `${bundle.title}: ${words}`);
    else tell(name, bundle.title, [words], beganMs);
  }
}

async function buildBundle({ fetch = [], build }, folder, env) {
  const tools = { node: process.execPath, root: ROOT };
  for (const tool of fetch) tools[tool] = await fetchTool(tool);
  for (const [command, ...args] of build(tools)) {
    await run(command, args, { cwd: folder, env, timeout: STEP_MS });
  }
}

/** What is compiled needs no file beside it: it is started in a folder of its own. */
async function startBundle({ compiled, start: argv, servers }, folder, { PATH, HOME }) {
  let place = folder;
  if (compiled) {
    place = mkdtempSync(join(scratch, "alone-"));
    copyFileSync(join(folder, compiled), join(place, compiled));
    chmodSync(join(place, compiled), 0o755);
    rmSync(folder, { recursive: true });
  }
  const [command, ...args] = compiled ? [join(place, compiled)] : argv(process.execPath);
  const env = { PATH, HOME, SERVERS: servers.join() };
  const { stdout } = await run(command, args, { cwd: place, env, timeout: STEP_MS });
  return stdout;
}

async function main(chosen) {
  const { tarball, manifest: packed } = pack(scratch);
  const upstream = execFileSync("npm", ["config", "get", "registry"], { encoding: "utf8" }).trim();
  const registry = await startRegistry(tarball, packed, upstream);
  const queue = [
    ...Object.keys(MANAGERS).map((name) => ({ name, attempt: tryManager })),
    ...Object.keys(BUNDLES).map((name) => ({ name, attempt: tryBundler })),
  ].filter(({ name }) => chosen.length === 0 || chosen.includes(name));
  const worker = async () => {
    for (let next; (next = queue.shift());) await next.attempt(next.name, registry.address);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  await registry.close();
}

const names = process.argv.slice(2);
const known = [...Object.keys(MANAGERS), ...Object.keys(BUNDLES)];
if (names.some((name) => !known.includes(name))) {
  console.error(`usage: test-install.js [${known.join(" | ")}]…`);
  process.exit(2);
}
try {
  await main(names);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
const result = failed === 0 ? "all that was tried works, without a compiler" : `${failed} failed`;
console.log(untried === 0 ? result : `${result}; ${untried} not tried`);
process.exit(failed === 0 ? 0 : 1);
