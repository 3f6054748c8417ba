import { readFileSync } from "node:fs";
import { defineConfig } from "rolldown";

const { dependencies } = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8"));

// Whoever imports the package opens one file instead of a hundred and forty. What looks for others beside
// itself, such as a worker, finds them in the folder of its own part.
export default defineConfig({
  platform: "node",
  external: [/^node:/, ...Object.keys(dependencies)],
  transform: { target: "es2022" },
  input: {
    "lib/index": "lib/index.ts",
    "lib/echo_worker": "lib/servers/echo_worker.ts",
    "lib/cli/main": "lib/cli/main.ts",
    "harness/index": "harness/index.ts",
    "harness/cell_child": "harness/cells/cell_child.ts",
    "harness/parent_watch": "harness/cells/parent_watch.ts",
  },
  output: {
    dir: "dist",
    format: "esm",
    sourcemap: true,
    chunkFileNames: ({ name }) => (name.includes("/") ? "[name].js" : "lib/cli/[name].js"),
    codeSplitting: {
      groups: [
        { name: "lib/pollux", test: /\/lib\/(?!cli\/|servers\/echo_worker)/ },
        { name: "harness/bench", test: /\/harness\/(?!cells\/(cell_child|parent_watch))/ },
      ],
    },
  },
});
