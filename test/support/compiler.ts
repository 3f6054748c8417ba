import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

const { config } = ts.readConfigFile(join(ROOT, "tsconfig.json"), (file) => ts.sys.readFile(file));
const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);

const parsed = new Map<string, ts.SourceFile | undefined>();

/**
 * A program of these files, on the options of this project. Files are parsed once for all programs.
 *
 * @param texts - what stands in some of the files, in place of what is on the disk
 */
export function programOf(
  files: readonly string[],
  texts: ReadonlyMap<string, string> = new Map(),
): ts.Program {
  const host = ts.createCompilerHost(options);
  const fromDisk = host.getSourceFile.bind(host);
  host.getSourceFile = (name, version) => {
    const text = texts.get(name);
    if (text !== undefined) return ts.createSourceFile(name, text, version, true);
    if (!parsed.has(name)) parsed.set(name, fromDisk(name, version));
    return parsed.get(name);
  };
  return ts.createProgram(files, { ...options, noUnusedLocals: false }, host);
}

let entries: ts.Program | undefined;

/** The program of what users import: `pollux` and `pollux/bench`. */
export function publicProgram(): ts.Program {
  entries ??= programOf([join(ROOT, "lib/index.ts"), join(ROOT, "harness/index.ts")]);
  return entries;
}
