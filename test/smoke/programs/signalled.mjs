// Waits until a signal's handler has run:  signalled.mjs [before]
// "before": the signal arrives before the wait, not during it.
import { createMultiplexer } from "pollux";

let handled = false;
process.on("SIGTERM", () => (handled = true));
const mux = createMultiplexer();
await new Promise((resolve) => setTimeout(resolve, 10)); // Deno sets its handlers when its loop turns
if (process.argv[2] === "before") process.kill(process.pid, "SIGTERM");
else console.log("waiting");
mux.waitSync(5000, () => undefined);
for (let turns = 0; !handled && turns < 1000; turns++) {
  await new Promise((resolve) => setTimeout(resolve, 1));
}
console.log(handled ? "handled" : "not handled", mux.endedBy);
process.exit();
