import { EchoThread, createMultiplexer } from "pollux";

for (const name of ["select", "poll", "epoll"]) {
  void createMultiplexer(name).wait(undefined, () => undefined);
}
await EchoThread.start({ address: "127.0.0.1", port: 0 });
console.log("exiting");
process.exit(7);
