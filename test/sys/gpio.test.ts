import { openSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import * as sys from "../../lib/sys/index.ts";
import { gpioChip, withoutPreload } from "../support/gpio_chip.ts";
import { run } from "../support/program.ts";
import { NOT_OPEN, opened, ORDER, python } from "./support.ts";

const library = gpioChip();
const PROGRAM = fileURLToPath(new URL("programs/gpio_line.mjs", import.meta.url));
const failing = (code: string) => expect.objectContaining({ code, syscall: "ioctl" });

/** Each request with its structure. test/structure/constants.test.ts compares them with <linux/gpio.h>. */
const REQUESTS = [
  ["GPIO_GET_CHIPINFO_IOCTL", sys.GPIO_GET_CHIPINFO_IOCTL, sys.GPIOCHIP_INFO],
  ["GPIO_V2_GET_LINEINFO_IOCTL", sys.GPIO_V2_GET_LINEINFO_IOCTL, sys.GPIO_V2_LINE_INFO],
  ["GPIO_V2_GET_LINEINFO_WATCH_IOCTL", sys.GPIO_V2_GET_LINEINFO_WATCH_IOCTL, sys.GPIO_V2_LINE_INFO],
  ["GPIO_V2_GET_LINE_IOCTL", sys.GPIO_V2_GET_LINE_IOCTL, sys.GPIO_V2_LINE_REQUEST],
  ["GPIO_V2_LINE_SET_CONFIG_IOCTL", sys.GPIO_V2_LINE_SET_CONFIG_IOCTL, sys.GPIO_V2_LINE_CONFIG],
  ["GPIO_V2_LINE_GET_VALUES_IOCTL", sys.GPIO_V2_LINE_GET_VALUES_IOCTL, sys.GPIO_V2_LINE_VALUES],
  ["GPIO_V2_LINE_SET_VALUES_IOCTL", sys.GPIO_V2_LINE_SET_VALUES_IOCTL, sys.GPIO_V2_LINE_VALUES],
] as const;

// No chip of its own: machines that run tests have none, nor a kernel with gpio-sim. See test/examples/gpio.test.ts.
describe("the requests of GPIO", () => {
  it.each(REQUESTS)("reach the kernel with their structure (%s)", (_, op, layout) => {
    const fd = opened(openSync("/dev/null", "r"));

    expect(() => sys.ioctl(fd, op, new Uint8Array(layout.size))).toThrow(failing("ENOTTY"));
    expect(() => sys.ioctl(NOT_OPEN, op, new Uint8Array(layout.size))).toThrow(failing("EBADF"));
    expect(() => sys.ioctl(fd, op, new Uint8Array(layout.size - 1))).toThrow(
      expect.objectContaining({ code: "ERR_OUT_OF_RANGE" }),
    );
  });

  it("number the structure that a request of a line is", () => {
    const bytes = sys.GPIO_V2_LINE_REQUEST.write({
      offsets: [17, 18],
      consumer: "pollux",
      config: {
        flags: sys.GPIO_V2_LINE_FLAG_OUTPUT,
        num_attrs: 1,
        attrs: [{ attr: { id: sys.GPIO_V2_LINE_ATTR_ID_OUTPUT_VALUES, values: 2n }, mask: 3n }],
      },
      num_lines: 2,
      fd: -1,
    });

    const packed = `struct.pack("${ORDER}II248x32sQI20xI4xQQ216xI4x20xi", 17, 18, b"pollux", 8, 1, 2, 2, 3, 2, -1).hex()`;
    expect(Buffer.from(bytes).toString("hex")).toBe(python(packed));
  });
});

// The request's result is 0: its descriptor is in the structure, where only the addon can see it in time.
describe("the descriptor that GPIO_V2_GET_LINE_IOCTL opens", () => {
  it.for([
    ["is closed when its worker is terminated", "", "ENOENT"],
    ["stays open when it was taken back before", "taken-back", "/dev/null"],
  ] as const)("%s", async ([, how, after], { skip }) => {
    skip(withoutPreload !== undefined, withoutPreload);
    // The line of the stand-in is descriptor 3.
    const node = ["env", `LD_PRELOAD=${library}`, process.execPath, PROGRAM, how];

    const { stdout, stderr } = await run("sh", "-c", 'exec 3</dev/null "$@"', "sh", ...node);

    expect(stderr).toBe('1 line of "": 0, flags 0, 0 attributes\n');
    expect(JSON.parse(stdout)).toEqual(["/dev/null", after]);
  });
});
