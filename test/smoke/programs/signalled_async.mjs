import { createMultiplexer } from "pollux";

const mux = createMultiplexer();
process.on("SIGTERM", () => {
  console.log("handled");
  mux.close();
});
await new Promise((resolve) => setTimeout(resolve, 10)); // Deno sets its handlers when its loop turns
console.log("waiting");
await mux.wait(undefined, () => undefined);
process.exit();
