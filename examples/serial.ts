// A serial line on any multiplexer: says in upper case what comes in line by line, and how much it was.
//   node serial.mjs /dev/ttyUSB0 epoll 115200
import { execFileSync } from "node:child_process";
import { constants, openSync } from "node:fs";
import { createMultiplexer, Descriptor, MULTIPLEXERS, READABLE, sys } from "pollux";

const [, , path = "/dev/ttyUSB0", wanted = "epoll", speed = "115200"] = process.argv;
const name = MULTIPLEXERS.find((known) => known === wanted) ?? "epoll";
const END_OF_LINE = 0x0a;

// stty(1) knows all settings of a line. raw: bytes as they are; -echo: nothing is sent back by the driver.
execFileSync("stty", ["-F", path, speed, "raw", "-echo"]);
// O_NOCTTY: a hang-up of the line does not end this program.
const flags = constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK;
using line = new Descriptor(openSync(path, flags));
using mux = createMultiplexer(name);
mux.add(line, READABLE);
console.log(`${name}: ${path} at ${speed}`);

const buffer = Buffer.alloc(256);
let rest = Buffer.alloc(0);
let isOpen = true;

/** A line may come in parts, and several at a time. */
function take(bytes: Buffer): void {
  rest = Buffer.concat([rest, bytes]);
  for (let end = rest.indexOf(END_OF_LINE); end !== -1; end = rest.indexOf(END_OF_LINE)) {
    const text = rest.toString("latin1", 0, end);
    rest = rest.subarray(end + 1);
    console.log(`${String(text.length)} bytes: ${text}`);
    sys.write(line.fd, Buffer.from(`${text.toUpperCase()}\n`, "latin1"));
  }
}

while (isOpen) {
  mux.waitSync(undefined, () => {
    try {
      const size = sys.read(line.fd, buffer);
      if (size !== null && size > 0) take(buffer.subarray(0, size));
      if (size === 0) isOpen = false;
    } catch {
      isOpen = false; // EIO: the other end is gone
    }
  });
}
console.log("the line is gone");
