import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { ORDER, python } from "../sys/support.ts";
import { gpioChip, withoutPreload } from "../support/gpio_chip.ts";
import { run } from "../support/program.ts";
import { compiled } from "./programs.ts";

const example = compiled("gpio", "gpio");
const library = gpioChip();

/** The bytes of a `struct gpio_v2_line_event`, by Python. */
function event(timestampNs: number, id: number, offset: number, lineSeqno: number): Buffer {
  const values = [timestampNs, id, offset, lineSeqno + 100, lineSeqno].map(String).join(", ");
  return Buffer.from(python(`struct.pack("${ORDER}QIIII24x", ${values}).hex()`), "hex");
}

describe("examples/gpio.ts", () => {
  it.for(["select", "poll", "epoll"])(
    "tells the edges of a line (%s)",
    async (name, { skip, onTestFinished }) => {
      skip(withoutPreload !== undefined, withoutPreload);
      const [command, args] = example("gpio", "/dev/null", "17", name);
      const child = spawn(command, args, {
        stdio: ["ignore", "pipe", "pipe", "pipe"],
        env: { ...process.env, LD_PRELOAD: library },
      });
      onTestFinished(() => void child.kill());
      const ended = once(child, "close");
      const errors = text(child.stderr!);
      const lines = createInterface(child.stdout!)[Symbol.asyncIterator]();
      const line = child.stdio[3] as NodeJS.WritableStream;
      const next = async (): Promise<unknown> => (await lines.next()).value;

      expect(await next()).toBe(`${name}: line 17 of /dev/null is 1`);
      line.write(event(1_234_567_890, 1, 17, 1));
      expect(await next()).toBe("rising edge 1 of line 17 at 1234567 µs");
      line.write(Buffer.concat([event(2_000_000_000, 2, 17, 2), event(3_000_000_999, 1, 17, 3)]));
      expect(await next()).toBe("falling edge 2 of line 17 at 2000000 µs");
      expect(await next()).toBe("rising edge 3 of line 17 at 3000000 µs");
      line.end();

      expect(await ended).toEqual([0, null]);
      // Input, both edges, pull-up.
      expect(await errors).toBe('1 line of "pollux": 17, flags 0x134, 0 attributes\n');
    },
  );

  it.each([
    ["no chip", "/dev/no-such-chip", "ENOENT: no such file or directory, open '/dev/no-such-chip'"],
    ["another device", "/dev/null", "ioctl ENOTTY"],
  ])("says that it needs a chip where there is %s", async (_, path, message) => {
    const [command, args] = example("gpio", path);

    const { code, stdout, stderr } = await run(command, ...args);

    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(`needs a GPIO chip: ${message}`);
  });
});
