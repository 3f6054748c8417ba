// How an application is bundled or compiled, as README.md says, and how the result is started.
// `build` returns commands; `compiled` is the program that they make, otherwise `start` returns a command; `unavailable`
// is the error of a build that could not fetch what it needs.

const ALL = ["EchoServer", "EchoThread"];
const ESBUILD = ["app.mjs", "--bundle", "--platform=node", "--log-level=warning"];

export const BUNDLES = {
  "esbuild-esm": {
    title: "--external:pollux --format=esm",
    fetch: ["esbuild"],
    build: ({ esbuild }) => [
      [esbuild, ...ESBUILD, "--format=esm", "--external:pollux", "--outfile=out/app.mjs"],
    ],
    start: (node) => [node, "out/app.mjs"],
    servers: ALL,
  },
  "esbuild-cjs": {
    title: "--external:pollux --format=cjs",
    fetch: ["esbuild"],
    build: ({ esbuild }) => [
      [esbuild, ...ESBUILD, "--format=cjs", "--external:pollux", "--outfile=out/app.cjs"],
    ],
    start: (node) => [node, "out/app.cjs"],
    servers: ALL,
  },
  "esbuild-copy": {
    title: "--loader:.node=copy --format=cjs",
    fetch: ["esbuild"],
    build: ({ esbuild }) => [
      [esbuild, ...ESBUILD, "--format=cjs", "--loader:.node=copy", "--outfile=out/app.cjs"],
    ],
    start: (node) => [node, "out/app.cjs"],
    servers: ["EchoServer"],
  },
  rolldown: {
    title: "--external pollux",
    build: ({ node, root }) => [
      [
        node,
        `${root}node_modules/rolldown/bin/cli.mjs`,
        "app.mjs",
        "--platform=node",
        "--external=pollux",
        "--file=out/app.mjs",
      ],
    ],
    start: (node) => [node, "out/app.mjs"],
    servers: ALL,
  },
  "bun-compile": {
    title: "bun build --compile",
    fetch: ["bun"],
    build: ({ bun }) => [[bun, "build", "--compile", "app.mjs", "--outfile=app"]],
    compiled: "app",
    servers: ["EchoServer"],
  },
  "deno-compile": {
    title: "deno compile --no-check",
    // Deno fetches the base of compiled programs, denort, from dl.deno.land. No package of npm has it, and deno itself
    // does not stand for it: DENORT_BIN=deno compiles, and the result is a deno that runs nothing.
    unavailable: /Setting up base binary/,
    fetch: ["deno"],
    build: ({ deno }) => [
      [deno, "compile", "--quiet", "--allow-all", "--no-check", "--output=app", "app.mjs"],
    ],
    compiled: "app",
    servers: ["EchoServer"],
  },
};
