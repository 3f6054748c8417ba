// An epoll with a stale registration, and no descriptor free; prints what its waits say, and how many calls they make.
import { countCalls } from "./count_calls.mjs";

const calls = countCalls("epoll_wait", "epoll_pwait2");
const { EventFd, EpollMultiplexer, READABLE, Socket, sys } =
  await import("../../../dist/lib/index.js");

const multiplexer = new EpollMultiplexer();
const [here, there] = Socket.pair();
multiplexer.add(here, READABLE);
const ignore = () => {};
// What it needs for waiting it opens now.
multiplexer.waitSync(1, ignore);
await multiplexer.wait(1, ignore);
const answers = { quiet: [], ready: [], waits: [] };

for (const wait of ["waitSync", "wait"]) {
  const counter = new EventFd({ initial: 1 });
  multiplexer.add(counter.fd, READABLE);
  const { fd } = counter;
  const duplicate = sys.fcntl(fd, sys.F_DUPFD_CLOEXEC);
  counter.close();
  multiplexer.remove(fd);
  const taken = [];
  try {
    for (;;) taken.push(sys.fcntl(duplicate, sys.F_DUPFD_CLOEXEC));
  } catch {
    // Now none is free.
  }
  const before = calls();
  answers.quiet.push(await multiplexer[wait](30, ignore));
  answers.waits.push(calls() - before);
  there.send(new Uint8Array(1));
  answers.ready.push(await multiplexer[wait](1000, () => here.recv(new Uint8Array(1))));
  for (const each of [duplicate, ...taken]) sys.close(each);
}
console.log(JSON.stringify(answers));
