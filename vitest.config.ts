import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Processes, not threads: descriptors, limits and signals belong to the whole process.
    pool: "forks",
    setupFiles: ["test/support/descriptors.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
