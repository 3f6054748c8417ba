import { readFileSync } from "node:fs";
import { defineConfig } from "rolldown";

const { dependencies } = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8"));

// Whoever imports the package opens one file instead of a hundred and forty. What looks for others beside
// itself, such as a worker, finds them in the folder of its own part.
// The one file of lib/ that stays CommonJS: it stands beside the bundle as it is, and so finds prebuilds/.
const ADDON = "addon.cjs";
const addonAsItIs = {
  name: "addon-as-it-is",
  resolveId: (id) => (id.endsWith(`/${ADDON}`) ? { id: `./${ADDON}`, external: "relative" } : null),
  generateBundle() {
    const source = readFileSync(new URL(`lib/native/${ADDON}`, import.meta.url));
    this.emitFile({ type: "asset", fileName: `lib/${ADDON}`, source });
  },
};

// The page of `pollux serve chat` is that of the example.
const chatPage = {
  name: "chat-page",
  generateBundle() {
    const source = readFileSync(new URL("examples/chat.html", import.meta.url));
    this.emitFile({ type: "asset", fileName: "lib/cli/chat.html", source });
  },
};

export default defineConfig({
  plugins: [addonAsItIs, chatPage],
  platform: "node",
  external: [/^node:/, ...Object.keys(dependencies)],
  transform: { target: "es2022" },
  input: {
    "lib/index": "lib/index.ts",
    "lib/net/index": "lib/net/index.ts",
    "lib/net/register": "lib/net/register.ts",
    "lib/echo_worker": "lib/servers/echo_worker.ts",
    "lib/serve_child": "lib/servers/serve_child.ts",
    "lib/serve_worker": "lib/servers/serve_worker.ts",
    "lib/cli/main": "lib/cli/main.ts",
    "lib/cli/herd_load": "lib/experiments/herd_load.ts",
    "lib/cli/herd_worker": "lib/experiments/herd_worker.ts",
    "harness/index": "harness/index.ts",
    "harness/cell_child": "harness/cells/cell_child.ts",
    "harness/parent_watch": "harness/cells/parent_watch.ts",
  },
  output: {
    dir: "dist",
    format: "esm",
    sourcemap: true,
    // Read in the sources and the declarations. Here they would be a third of what each import has to parse.
    comments: { annotation: true, jsdoc: false, legal: true },
    chunkFileNames: ({ name }) => (name.includes("/") ? "[name].js" : "lib/cli/[name].js"),
    codeSplitting: {
      groups: [
        {
          name: "lib/pollux",
          test: /\/lib\/(?!(cli|experiments|net)\/|servers\/(echo_worker|serve_child|serve_worker)\.)/,
        },
        // Apart, and after it: programs that import "pollux" alone do not parse it.
        { name: "lib/net/net", test: /\/lib\/net\/(?!register\.)/ },
        { name: "harness/bench", test: /\/harness\/(?!cells\/(cell_child|parent_watch))/ },
      ],
    },
  },
});
