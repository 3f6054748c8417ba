import { join } from "node:path";
import { buildDirectory, compile, makeBuildDirectory } from "./build_directory.ts";
import { fromRoot } from "./paths.ts";

/** The path of a program of bench/contenders/go, built by {@link buildGo}. */
export function goProgram(name: string): string {
  return join(buildDirectory(), `go_${name}`);
}

/** Builds a program of bench/contenders/go. Nothing is fetched: it has no modules. Throws if it does not compile. */
export function buildGo(name: string): void {
  makeBuildDirectory();
  compile("go", ["build", "-o", goProgram(name), `${name}.go`, "commands.go"], {
    cwd: fromRoot("bench/contenders/go"),
    env: { ...process.env, GO111MODULE: "off", GOFLAGS: "", GOTOOLCHAIN: "local" },
  });
}
