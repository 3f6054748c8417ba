// Blocking calls whose other side is a thread that is slow: prints what each returned.
import { Worker, isMainThread, workerData } from "node:worker_threads";
import { EventFd, Pipe, PipeReader, Socket, sys } from "../../../dist/lib/index.js";

const BLOCKING = { blocking: true };
const SIZE = 2 ** 22;

if (isMainThread) {
  const results = {};
  const [here, there] = Socket.pair(sys.SOCK_STREAM, BLOCKING);
  const pipe = new Pipe(BLOCKING);
  const counter = new EventFd({ ...BLOCKING, semaphore: true });
  const taken = new EventFd(BLOCKING);
  const fds = { there: there.fd, reader: pipe.reader.fd, counter: counter.fd, taken: taken.fd };
  const workers = Array.from({ length: 3 }, (_, index) => {
    return new Worker(new URL(import.meta.url), { workerData: { index, fds } });
  });
  results.send = here.send(new Uint8Array(SIZE));
  results.writev = here.writev([new Uint8Array(SIZE), new Uint8Array(1)]);
  results.sendMessage = here.sendMessage([new Uint8Array(SIZE), new Uint8Array(1)]);
  results.write = pipe.writer.write(new Uint8Array(SIZE));
  const answer = new Uint8Array(3);
  results.recvAll = here.recv(answer, 0, 3, sys.MSG_WAITALL);
  results.bytes = [...answer];
  counter.add(30n);
  for (let sum = 0n; sum < 30n;) sum += taken.take() ?? 0n;
  results.recvAllCut = here.recv(answer, 0, 3, sys.MSG_WAITALL);
  here.setOption("SO_RCVTIMEO", { sec: 0, usec: 2000 });
  const [other, silent] = Socket.pair(sys.SOCK_STREAM, BLOCKING);
  other.setOption("SO_RCVTIMEO", { sec: 0, usec: 2000 });
  results.timedOut = [other.recv(answer), other.readv([answer]), other.blocking];
  other.setOption("SO_SNDTIMEO", { sec: 0, usec: 2000 });
  const sent = other.send(new Uint8Array(SIZE));
  results.sentPart = sent > 0 && sent < SIZE;
  results.sendTimedOut = other.send(new Uint8Array(1)) ?? other.send(new Uint8Array(SIZE));
  silent.close();
  console.log(JSON.stringify(results));
  await Promise.all(workers.map((worker) => worker.terminate()));
} else {
  const { index, fds } = workerData;
  const buffer = new Uint8Array(70_000);
  if (index === 0) {
    for (let got = 0; got < 3 * SIZE + 2;) got += sys.read(fds.there, buffer);
    for (let got = 0; got < SIZE;) got += sys.read(fds.reader, buffer);
    for (let byte = 1; byte <= 3; byte++) sys.write(fds.there, Uint8Array.of(byte));
    sys.write(fds.there, Uint8Array.of(4));
    sys.shutdown(fds.there, sys.SHUT_WR);
  }
  // Each token wakes all of them, and one has it.
  const counter = new PipeReader(sys.fcntl(fds.counter, sys.F_DUPFD_CLOEXEC));
  for (;;) {
    counter.read(new BigUint64Array(1));
    sys.eventfdWrite(fds.taken, 1n);
  }
}
