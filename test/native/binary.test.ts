import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { TARGETS, fileOf } from "../../scripts/targets.js";
import { PREBUILT } from "../../lib/native/addon.cjs";
import { libc } from "../../lib/native/libc.ts";
import { packageCopy } from "../support/package_copy.ts";
import { type Ended, run } from "../support/program.ts";
import { read, ROOT } from "../structure/source.ts";

const TARGET = `linux-${process.arch}-${libc()}`;
const PREBUILD = `prebuilds/linux-${process.arch}/pollux.${libc()}.node`;
const LOCAL = "build/Release/pollux.node";
const BY_HAND = "native/build/Release/pollux.node";

/** Runs a program that has imported the copy, with no other variables than these. */
function importing(copy: string, program: string, variables: Record<string, string> = {}) {
  const entry = JSON.stringify(join(copy, "dist/lib/index.js"));
  const script = `import * as pollux from ${entry};\n${program}`;
  const settings = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  const node = [process.execPath, "--input-type=module", "-e", script];
  return run("env", "-i", ...settings, ...node);
}

/** Which binary the copy loads, by the path from the copy. */
async function loadedBy(copy: string, variables: Record<string, string> = {}): Promise<string> {
  const program = `
    import { readFileSync } from "node:fs";
    const maps = readFileSync("/proc/self/maps", "latin1");
    process.stdout.write(/\\S*pollux\\S*\\.node/.exec(maps)[0]);`;
  const ended = await importing(copy, program, variables);
  expect(ended).toMatchObject({ code: 0, stderr: "" });
  return ended.stdout.slice(copy.length + 1);
}

function error(ended: Ended): string {
  const [, message = ""] = /(?:^|\n)Error: ([^]*?)\n {4}at /.exec(ended.stderr) ?? [];
  return message;
}

// `npm test` builds dist/ first; a bare vitest may run without it.
describe.skipIf(!existsSync(join(ROOT, "dist/lib/index.js")))("loadBinary()", () => {
  it("takes the binary of the package for this processor and C library", async () => {
    expect(await loadedBy(packageCopy({ [PREBUILD]: null }))).toBe(PREBUILD);
  });

  it.each([LOCAL, BY_HAND])("prefers what was built on this machine: %s", async (file) => {
    expect(await loadedBy(packageCopy({ [PREBUILD]: null, [file]: null }))).toBe(file);
  });

  it("goes on to the next one when a file cannot be loaded", async () => {
    const copy = packageCopy({ [PREBUILD]: null, [LOCAL]: "not a binary" });

    expect(await loadedBy(copy)).toBe(PREBUILD);
  });

  it("loads nothing that lies two folders above a bundle, in a package of another name", async () => {
    const copy = packageCopy({ [PREBUILD]: null, [LOCAL]: null });
    writeFileSync(join(copy, "package.json"), '{ "name": "app", "type": "module" }');

    expect(await loadedBy(copy)).toBe(PREBUILD);
  });

  it("takes what POLLUX_PREBUILD leads to, and nothing else then", async () => {
    const copy = packageCopy({ [`other/${LOCAL}`]: null, [LOCAL]: null });

    expect(await loadedBy(copy, { POLLUX_PREBUILD: join(copy, "other") })).toBe(`other/${LOCAL}`);
    const ended = await importing(copy, "", { POLLUX_PREBUILD: join(copy, "nowhere") });
    expect(error(ended)).toContain(join(copy, "nowhere", LOCAL));
    expect(error(ended)).not.toContain(join(copy, LOCAL));
  });

  it("throws ERR_POLLUX_NO_BINARY, which says what was looked for and how to build it", async () => {
    const copy = packageCopy({ [PREBUILD]: "not a binary" });

    const ended = await importing(copy, "");

    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain("code: 'ERR_POLLUX_NO_BINARY'");
    expect(error(ended).split("\n")).toEqual([
      `pollux found no binary for ${TARGET} that this runtime (${process.version}) can load. Looked for:`,
      `  ${join(copy, LOCAL)}: not there`,
      `  ${join(copy, BY_HAND)}: not there`,
      expect.stringMatching(`^  ${PREBUILD}: .*(invalid|too short)`),
      `To build one (needs python3, make and g++): npx --yes node-gyp rebuild --directory '${copy}/native'`,
    ]);
  });

  it("says that a file of the package is not there", async () => {
    const ended = await importing(packageCopy(), "");

    expect(error(ended)).toContain(`  ${PREBUILD}: not there`);
  });
});

describe.skipIf(!existsSync(join(ROOT, "dist/lib/index.js")))("EchoThread in a bundle", () => {
  it("throws ERR_POLLUX_NO_WORKER where the file of its worker was left behind", async () => {
    const copy = packageCopy({ [PREBUILD]: null });
    rmSync(join(copy, "dist/lib/echo_worker.js"));

    const ended = await importing(
      copy,
      `const failure = await pollux.EchoThread.start({ address: "127.0.0.1", port: 0 }).catch((error) => error);
      process.stdout.write(failure.code);`,
    );

    expect(ended).toMatchObject({ code: 0, stdout: "ERR_POLLUX_NO_WORKER" });
  });
});

describe("lib/native/addon.cjs", () => {
  it("requires the binary of each target of scripts/targets.js by its path, and no other", () => {
    const paths = [...read(ROOT, "lib/native/addon.cjs").matchAll(/require\("..\/..\/(.*)"\)/g)];

    expect(paths.map(([, path]) => path)).toEqual(Object.keys(TARGETS).map(fileOf));
    expect(Object.keys(PREBUILT)).toEqual(Object.keys(TARGETS));
  });
});
