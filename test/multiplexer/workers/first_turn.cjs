// A signal comes, and the script waits, before Node's loop has turned: so does a CommonJS script.
const { createMultiplexer } = require("../../../dist/lib/index.js");

const multiplexer = createMultiplexer(process.argv[2]);
process.on("SIGTERM", () => {
  console.log("handled");
  process.exit(0);
});
setInterval(() => {}, 1000); // A handler keeps no process alive.
process.kill(process.pid, "SIGTERM");
multiplexer.waitSync(undefined, () => {});
console.log(multiplexer.endedBy);
