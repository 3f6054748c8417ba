// A line of GPIO on any multiplexer: a button, a sensor. Tells its value, then each edge. The line is released with
// its descriptor. Use the character device, as here: /sys/class/gpio is obsolete.
//   node gpio.mjs /dev/gpiochip0 17 epoll
import { constants, openSync } from "node:fs";
import { createMultiplexer, Descriptor, isSystemError, MULTIPLEXERS, READABLE, sys } from "pollux";

const [, , path = "/dev/gpiochip0", line = "17", wanted = "epoll"] = process.argv;
const name = MULTIPLEXERS.find((known) => known === wanted) ?? "epoll";

/** Requests a line as an input whose edges are events. The descriptor becomes readable with each of them. */
function requestLine(chip: string, offset: number): Descriptor {
  using device = new Descriptor(openSync(chip, constants.O_RDONLY));
  const flags = sys.GPIO_V2_LINE_FLAG_EDGE_RISING | sys.GPIO_V2_LINE_FLAG_EDGE_FALLING;
  const { fd } = sys.ioctlStruct(device.fd, sys.GPIO_V2_GET_LINE_IOCTL, sys.GPIO_V2_LINE_REQUEST, {
    offsets: [offset],
    num_lines: 1,
    consumer: "pollux",
    config: { flags: flags | sys.GPIO_V2_LINE_FLAG_INPUT | sys.GPIO_V2_LINE_FLAG_BIAS_PULL_UP },
  });
  return new Descriptor(fd);
}

try {
  using input = requestLine(path, Number(line));
  const values = sys.GPIO_V2_LINE_VALUES;
  const { bits } = sys.ioctlStruct(input.fd, sys.GPIO_V2_LINE_GET_VALUES_IOCTL, values, {
    mask: 1,
  });
  console.log(`${name}: line ${line} of ${path} is ${String(bits & 1n)}`);
  using mux = createMultiplexer(name);
  mux.add(input, READABLE);
  const event = sys.GPIO_V2_LINE_EVENT;
  const buffer = new Uint8Array(16 * event.size);
  for (let isOpen = true; isOpen;) {
    mux.waitSync(undefined, () => {
      // A read returns whole events, and only blocks if there is none.
      const size = sys.read(input.fd, buffer) ?? 0;
      isOpen = size > 0;
      for (let at = 0; at < size; at += event.size) {
        const { id, offset, line_seqno, timestamp_ns } = event.read(buffer, at);
        const edge = id === sys.GPIO_V2_LINE_EVENT_RISING_EDGE ? "rising" : "falling";
        const time = `${String(timestamp_ns / 1_000n)} µs`;
        console.log(`${edge} edge ${String(line_seqno)} of line ${String(offset)} at ${time}`);
      }
    });
  }
} catch (error) {
  const isMissing = error instanceof Error && "code" in error && error.code === "ENOENT";
  if (!isMissing && !isSystemError(error, "ENOTTY")) throw error;
  console.log(`needs a GPIO chip: ${(error as Error).message}`);
}
