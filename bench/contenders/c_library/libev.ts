import { headerVersion, onLibrary } from "../../support/c_libraries.ts";
import type { Contender } from "../contender.ts";

export const contender = {
  name: "libev",
  title: "C libev",
  ...onLibrary({
    name: "libev",
    server: "libev_server",
    packages: "make gcc libc6-dev libev-dev",
    // It has no file for pkg-config.
    version: () => headerVersion("ev.h", "EV_VERSION_MAJOR", "EV_VERSION_MINOR"),
  }),
} as const satisfies Contender;
