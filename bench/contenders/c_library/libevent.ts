import { moduleVersion, onLibrary } from "../../support/c_libraries.ts";
import type { Contender } from "../contender.ts";

export const contender = {
  name: "libevent",
  title: "C libevent",
  ...onLibrary({
    name: "libevent",
    server: "libevent_server",
    packages: "make gcc libc6-dev pkg-config libevent-dev",
    version: () => moduleVersion("libevent_core"),
  }),
} as const satisfies Contender;
