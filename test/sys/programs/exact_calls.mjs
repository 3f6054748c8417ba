// Reads and writes exactly so many bytes, on a socket and a pipe; prints how many.
import { readExactlySync, sys, writeAllSync } from "../../../dist/lib/index.js";

const pairs = [sys.socketpair(sys.AF_UNIX, sys.SOCK_STREAM), sys.pipe2(0)];
const counts = pairs.map(([here, there]) => [
  writeAllSync(there, new Uint8Array(10_000)),
  readExactlySync(here, new Uint8Array(10_000)),
]);
console.log(JSON.stringify(counts));
