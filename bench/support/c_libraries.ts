import { join } from "node:path";
import type { Contender } from "../contenders/contender.ts";
import { buildDirectory, makeIn } from "./build_directory.ts";
import { whyNoC } from "./programs.ts";
import { answerOf } from "./tools.ts";

/** A library that an echo server of bench/contenders/c_library is built on. */
export interface CLibrary {
  /** Its name. */
  readonly name: string;
  /** The name of the server. */
  readonly server: string;
  /** Debian's packages with its headers. */
  readonly packages: string;
  /** Its version; `undefined` if it is not installed. */
  readonly version: () => string | undefined;
}

/** What contenders on a library have in common. */
export function onLibrary({ name, server, packages, version }: CLibrary) {
  return {
    family: "C library",
    install: `apt-get install ${packages}`,
    version: () => (version() === undefined ? undefined : `${name} ${String(version())}`),
    missing: () =>
      whyNoC() ??
      (version() === undefined ? `the headers of ${name} are not installed` : undefined),
    build: () => makeIn("bench/contenders/c_library", server),
    server: () => [join(buildDirectory(), server)],
  } as const satisfies Partial<Contender>;
}

/** The version of a library that pkg-config knows of. */
export function moduleVersion(module: string): string | undefined {
  return answerOf("pkg-config", "--modversion", module);
}

/** The values of two macros of a header, with a dot between them. */
export function headerVersion(header: string, major: string, minor: string): string | undefined {
  const macros = answerOf("cc", "-E", "-dM", "-x", "c", "-include", header, "/dev/null") ?? "";
  const [first, second] = [major, minor].map(
    (macro) => new RegExp(String.raw`^#define ${macro} (\d+)$`, "m").exec(macros)?.[1],
  );
  return first !== undefined && second !== undefined ? `${first}.${second}` : undefined;
}
