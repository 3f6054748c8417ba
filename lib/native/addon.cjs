"use strict";

// The binaries of the package. CommonJS, with each path written out: bundlers, `bun build --compile` and
// `deno compile` follow such a `require`, and take the files along. They do not follow one of createRequire.
exports.PREBUILT = {
  "linux-x64-glibc": () => require("../../prebuilds/linux-x64/pollux.glibc.node"),
  "linux-x64-musl": () => require("../../prebuilds/linux-x64/pollux.musl.node"),
  "linux-arm64-glibc": () => require("../../prebuilds/linux-arm64/pollux.glibc.node"),
  "linux-arm64-musl": () => require("../../prebuilds/linux-arm64/pollux.musl.node"),
};
