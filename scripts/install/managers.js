// The package managers, as a table: how each installs, installs again from its lock file, and starts a program.

const npm = {
  tool: "npm",
  install: ["install", "--no-audit", "--no-fund"],
  again: ["ci", "--no-audit", "--no-fund"],
  ignoreScripts: ["--ignore-scripts"],
  start: { command: "npx", args: ["pollux"] },
};
const pnpm = {
  tool: "pnpm",
  install: ["install"],
  again: ["install", "--frozen-lockfile"],
  ignoreScripts: ["--ignore-scripts"],
  start: { command: "pnpm", args: ["exec", "pollux"] },
  workspace: { "pnpm-workspace.yaml": "packages:\n  - packages/*\n" },
};
const yarn4 = {
  tool: "yarn",
  fetch: "yarn4",
  install: ["install"],
  again: ["install", "--immutable"],
  ignoreScripts: ["--mode=skip-build"],
  start: { command: "yarn", args: ["run", "pollux"] },
};

/**
 * `tool`: the command. `fetch`: its name in tools.js. `node`: one of tools.js, where this node is too old for it.
 * `run`: what runs a program. `remove`: what stands for node_modules.
 */
export const MANAGERS = {
  npm10: { ...npm, fetch: "npm10" },
  npm11: { ...npm, fetch: "npm11" },
  npm12: { ...npm, fetch: "npm12", node: "node24" },
  pnpm10: { ...pnpm, fetch: "pnpm10" },
  pnpm11: { ...pnpm, fetch: "pnpm11", node: "node24" },
  yarn1: {
    tool: "yarn",
    fetch: "yarn1",
    install: ["install", "--non-interactive"],
    again: ["install", "--non-interactive", "--frozen-lockfile"],
    ignoreScripts: ["--ignore-scripts"],
    start: { command: "yarn", args: ["--silent", "run", "pollux"] },
  },
  yarn4: { ...yarn4, files: { ".yarnrc.yml": "nodeLinker: node-modules\n" } },
  "yarn4-pnp": {
    ...yarn4,
    files: { ".yarnrc.yml": "nodeLinker: pnp\n" },
    run: { command: "yarn", args: ["node"] },
    remove: [".pnp.cjs", ".pnp.loader.mjs", ".yarn"],
  },
  bun: {
    tool: "bun",
    fetch: "bun",
    alone: true,
    install: ["install"],
    again: ["install", "--frozen-lockfile"],
    ignoreScripts: ["--ignore-scripts"],
    run: { command: "bun", args: ["run"] },
    start: { command: "bun", args: ["x", "--bun", "pollux"] },
  },
  deno: {
    tool: "deno",
    fetch: "deno",
    alone: true,
    install: ["install", "--quiet"],
    again: ["install", "--quiet", "--frozen"],
    // Deno runs no scripts unless it is told to.
    ignoreScripts: [],
    run: { command: "deno", args: ["run", "--quiet", "--allow-all"] },
    start: { command: "deno", args: ["run", "--quiet", "--allow-all", "npm:pollux"] },
  },
};
