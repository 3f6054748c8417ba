// Eight servers wait in their threads, and the process exits: exit_while_serving.mjs.
import { EchoThread } from "../../../dist/lib/index.js";

const kinds = ["select", "poll", "epoll", "epoll"];
const threads = await Promise.all(
  [...kinds, ...kinds].map((multiplexer) =>
    EchoThread.start({ address: "127.0.0.1", port: 0 }, { multiplexer }),
  ),
);
await Promise.all(threads.map((thread) => thread.totals()));
console.log(threads.map((thread) => thread.address.port).join(" "));
process.stdin.once("data", () => {
  process.exit(7);
});
