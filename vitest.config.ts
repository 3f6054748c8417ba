import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Processes, not threads: descriptors, limits and signals belong to the whole process.
    pool: "forks",
    setupFiles: ["test/support/descriptors.ts"],
    // Limits are for what hangs: a busy machine may take its time.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
