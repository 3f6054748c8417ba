import { moduleVersion, onLibrary } from "../../support/c_libraries.ts";
import type { Contender } from "../contender.ts";

export const contender = {
  name: "libuv",
  title: "C libuv",
  ...onLibrary({
    name: "libuv",
    server: "libuv_server",
    packages: "make gcc libc6-dev pkg-config libuv1-dev",
    version: () => moduleVersion("libuv"),
  }),
} as const satisfies Contender;
