// A serial line on any multiplexer: says in upper case what comes in line by line, and how much it was.
//   node serial.mjs /dev/ttyUSB0 epoll 115200
import { constants, openSync } from "node:fs";
import { createMultiplexer, Descriptor, MULTIPLEXERS, READABLE, sys, writeAllSync } from "pollux";

const [, , path = "/dev/ttyUSB0", wanted = "epoll", speed = "115200"] = process.argv;
const name = MULTIPLEXERS.find((known) => known === wanted) ?? "epoll";
const END_OF_LINE = 0x0a;

/** Bytes as they are, eight bits each, at a speed that need not be one of the B… constants: as cfmakeraw(3) does. */
function makeRaw(fd: number, bitsPerSecond: number): void {
  const now = sys.ioctlStruct(fd, sys.TCGETS2, sys.TERMIOS2);
  const editing = sys.ICRNL | sys.INLCR | sys.IGNCR | sys.ISTRIP | sys.PARMRK;
  const signs = sys.BRKINT | sys.IGNBRK | sys.IXON | sys.IXOFF;
  const cc = [...now.cc];
  cc[sys.VMIN] = 1; // a read returns as soon as there is a byte
  cc[sys.VTIME] = 0;
  sys.ioctlStruct(fd, sys.TCSETS2, sys.TERMIOS2, {
    ...now,
    iflag: bits(now.iflag, editing | signs),
    oflag: bits(now.oflag, sys.OPOST),
    lflag: bits(now.lflag, sys.ECHO | sys.ECHONL | sys.ICANON | sys.ISIG | sys.IEXTEN),
    cflag: bits(now.cflag, sys.CBAUD | sys.CIBAUD | sys.CSIZE | sys.PARENB, sys.BOTHER | sys.CS8),
    cc,
    ispeed: bitsPerSecond,
    ospeed: bitsPerSecond,
  });
}

/** A flag word without some bits, and with others. */
function bits(word: number, without: number, plus = 0): number {
  return ((word & ~without) | plus) >>> 0;
}

// O_NOCTTY: a hang-up of the line does not end this program.
const flags = constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK;
using line = new Descriptor(openSync(path, flags));
makeRaw(line.fd, Number(speed));
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
    // A write takes as much as the line has room for.
    writeAllSync(line, Buffer.from(`${text.toUpperCase()}\n`, "latin1"));
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
