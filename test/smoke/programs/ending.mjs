import { READABLE, Reactor, Socket, createMultiplexer } from "pollux";

for (const name of ["select", "poll", "epoll"]) {
  const mux = createMultiplexer(name);
  const [here, there] = Socket.pair();
  mux.add(here, READABLE);
  setTimeout(() => there.send(Buffer.from("x")), 1);
  await mux.wait(undefined, () => undefined);
  for (const owner of [mux, here, there]) owner.close();
  const reactor = new Reactor(createMultiplexer(name));
  reactor.setTimer(1, () => reactor.stop());
  await reactor.run();
  reactor.close();
}
// Neither closed nor awaited: it does not keep the process alive.
void createMultiplexer("poll")
  .unref()
  .wait(undefined, () => undefined);
console.log("ended");
