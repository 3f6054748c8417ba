import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { defineConfig } from "rolldown";
import { thirdParty } from "./scripts/third-party.js";

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

// `sys` has two thousand names, and all are set before it. By value: a getter for each would cost an import twice
// what all the rest of `lib/sys/` does.
const namesByValue = {
  name: "names-by-value",
  generateBundle(_options, bundle) {
    const chunk = bundle["lib/pollux.js"];
    const start = chunk.code.indexOf("var sys_exports = /* @__PURE__ */ __exportAll({");
    const end = chunk.code.indexOf("});", start);
    if (start < 0 || end < 0) this.error("there is no namespace `sys` in lib/pollux.js");
    const object = chunk.code
      .slice(start, end + 1)
      .replace("/* @__PURE__ */ __exportAll(", "Object.freeze(")
      .replaceAll(/^\t([\w$]+): \(\) => ([\w$]+)/gm, (_, name, value) =>
        name === value ? `\t${name}` : `\t${name}: ${value}`,
      );
    chunk.code = chunk.code.slice(0, start) + object + chunk.code.slice(end + 1);
  },
};

// V8 holds a source in one byte for each character, or in two if there is a single one that Latin-1 lacks. Those of `lib/`
// stand in strings only.
const inOneByte = {
  name: "in-one-byte",
  generateBundle(_options, bundle) {
    for (const chunk of Object.values(bundle)) {
      if (chunk.type !== "chunk") continue;
      chunk.code = chunk.code.replaceAll(
        /[\u0100-\uffff]/g,
        (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
      );
    }
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

// `pollux/bench/results.schema.json`.
const resultsSchema = {
  name: "results-schema",
  generateBundle() {
    const source = readFileSync(new URL("harness/results/results.schema.json", import.meta.url));
    this.emitFile({ type: "asset", fileName: "harness/results.schema.json", source });
  },
};

/** Modules whose path in the checkout starts like this. */
const below = (pattern) => (id) => pattern.test(relative(import.meta.dirname, id));

export default defineConfig({
  plugins: [addonAsItIs, chatPage, resultsSchema, namesByValue, inOneByte, thirdParty()],
  platform: "node",
  external: /^node:/,
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
    chunkFileNames: ({ name }) =>
      /\/|^rolldown-runtime$/.test(name) ? "[name].js" : "lib/cli/[name].js",
    codeSplitting: {
      groups: [
        // Before what needs it, which would take it along.
        { name: "harness/hdr_histogram", test: below(/^node_modules\/hdr-histogram-js\//) },
        { name: "lib/cli/commander", test: below(/^node_modules\/commander\//) },
        {
          name: "lib/pollux",
          test: below(
            /^(lib\/(?!(cli|experiments|net)\/|servers\/(echo_worker|serve_child|serve_worker)\.)|node_modules\/tinyqueue\/)/,
          ),
        },
        // Apart, and after it: programs that import "pollux" alone do not parse it.
        { name: "lib/net/net", test: below(/^lib\/net\/(?!register\.)/) },
        { name: "harness/bench", test: below(/^harness\/(?!cells\/(cell_child|parent_watch))/) },
      ],
    },
  },
});
