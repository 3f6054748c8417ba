import js from "@eslint/js";
import { defineConfig } from "eslint/config";
import prettier from "eslint-config-prettier/flat";
import tseslint from "typescript-eslint";

export default defineConfig(
  {
    ignores: [
      "dist/",
      "build/",
      "build-*/",
      "coverage/",
      "docs/api/",
      "prebuilds/",
      "vendor/",
      ".cache/",
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  js.configs.recommended,
  {
    rules: {
      eqeqeq: "error",
      "object-shorthand": "error",
      "prefer-const": "error",
    },
  },
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      // Named, which takes less time than to look for the project of each file.
      parserOptions: {
        project: [
          "tsconfig.json",
          "bench/tsconfig.json",
          "harness/report/html/client/tsconfig.json",
        ],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      "@typescript-eslint/consistent-type-imports": "error",
      // As TypeScript has it: what is named `_…` need not be used.
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", varsIgnorePattern: "^_", ignoreRestSiblings: true },
      ],
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true },
      ],

      // JavaScript callers exist: what the types rule out is checked before it reaches the kernel.
      "@typescript-eslint/no-unnecessary-condition": "off",
      // Words of typed arrays are changed in place, `words[i]! |= bit`, at checked indexes.
      "@typescript-eslint/no-non-null-assertion": "off",
      // `() => call()` reads better than a block; what it returns is nobody's business.
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      // Descriptors, ports and sizes belong into messages as they are.
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
    },
  },
  {
    files: ["lib/**/*.ts", "test/**/*.ts"],
    rules: {
      "no-restricted-syntax": [
        "error",
        { selector: "ExportDefaultDeclaration", message: "Exports have names." },
        { selector: "ExportSpecifier[exported.name='default']", message: "Exports have names." },
        { selector: "TSEnumDeclaration", message: "Constants come from the headers; no enums." },
      ],
    },
  },
  {
    files: ["test/**/*.ts"],
    rules: {
      // Vitest's asymmetric matchers, `expect.objectContaining(…)`, are `any`.
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-return": "off",
    },
  },
  {
    // A library prints nothing.
    files: ["lib/**/*.ts"],
    ignores: ["lib/cli/**"],
    rules: { "no-console": "error" },
  },
  {
    files: ["**/*.js", "**/*.mjs", "test/**/*.cjs"],
    languageOptions: {
      globals: {
        AbortController: "readonly",
        Buffer: "readonly",
        URL: "readonly",
        clearInterval: "readonly",
        clearTimeout: "readonly",
        console: "readonly",
        fetch: "readonly",
        performance: "readonly",
        process: "readonly",
        setInterval: "readonly",
        setTimeout: "readonly",
      },
    },
  },
  prettier,
);
