import { buildCrate, crateProgram, crateVersion } from "../../support/rust.ts";
import { toolVersion, whyNoTool } from "../../support/tools.ts";
import type { Contender } from "../contender.ts";

export const contender = {
  name: "rust-mio",
  title: "Rust mio",
  family: "Rust",
  install: "apt-get install cargo librust-mio-dev",
  version() {
    const [mio, rust] = [crateVersion("mio"), toolVersion("Rust", "rustc", "--version")];
    return mio !== undefined && rust !== undefined ? `mio ${mio}, ${rust}` : undefined;
  },
  missing() {
    const noMio =
      crateVersion("mio") === undefined ? "librust-mio-dev is not installed" : undefined;
    return whyNoTool("cargo", "--version") ?? whyNoTool("rustc", "--version") ?? noMio;
  },
  build: () => buildCrate("mio_server"),
  server: () => [crateProgram("mio_server")],
} as const satisfies Contender;
