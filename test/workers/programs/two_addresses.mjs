// two_addresses.mjs: a worker that echoes at two addresses, on one reactor.
import { createMultiplexer, EchoServer, Reactor, WorkerSlot } from "pollux";

const slot = WorkerSlot.open();
const reactor = new Reactor(createMultiplexer());
const servers = [0, 1].map((index) => new EchoServer(slot.source(index), { reactor }));
let open = servers.length;
slot.serve({
  reactor,
  totals: {},
  stop(drainMs, onStopped) {
    for (const server of servers) {
      server.stop(drainMs, () => {
        if (--open > 0) return;
        onStopped();
        reactor.stop();
      });
    }
  },
});
reactor.runSync();
