// Runs bundled test files in this process:  node run.mjs EXECUTABLE RESULTS FILE…
// EXECUTABLE starts the runtime once more, by way of the emulator: what a test starts is not emulated by itself.
// RESULTS gets a line of JSON for each test: its file, title, state and error.
import { appendFileSync } from "node:fs";
import { basename } from "node:path";
import { pathToFileURL } from "node:url";
import { startTests } from "@vitest/runner";
import "./vitest.mjs";

const [executable, results, ...files] = process.argv.slice(2);
process.execPath = executable;

const runner = {
  config: {
    root: process.cwd(),
    setupFiles: [],
    passWithNoTests: true,
    allowOnly: false,
    sequence: { seed: 0, hooks: "stack", setupFiles: "list" },
    maxConcurrency: 1,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    retry: 0,
    tags: [],
    strictTags: false,
  },
  importFile: (file) => import(pathToFileURL(file).href),
  getWorkerContext: () => ({}),
};

function titles(task, before = "") {
  const title = `${before}${task.name}`;
  return task.type === "suite" && task.tasks
    ? task.tasks.flatMap((child) => titles(child, task.filepath ? "" : `${title} › `))
    : [[title, task]];
}

const write = (file, title, state, error) =>
  appendFileSync(results, `${JSON.stringify({ file, title, state, error })}\n`);

for (const task of await startTests(
  files.map((filepath) => ({ filepath })),
  runner,
)) {
  const file = basename(task.name, ".test.mjs");
  const failure = ({ result }) => result?.errors?.[0]?.message;
  // As a whole: it could not be imported, or left something open.
  if (failure(task)) write(file, "(the file)", "fail", failure(task));
  for (const [title, test] of titles(task)) {
    write(
      file,
      title,
      test.mode === "skip" ? "skip" : (test.result?.state ?? "skip"),
      failure(test),
    );
  }
}
process.exit();
