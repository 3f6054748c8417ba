// throws_on_sigusr2.mjs, for --import: SIGUSR2 is an exception that nobody catches.
process.on("SIGUSR2", () => {
  throw new Error("on purpose");
});
