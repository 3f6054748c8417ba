import { describe, expect, it } from "vitest";
import * as sys from "../../lib/sys/index.ts";
import { Program } from "../support/program.ts";
import { BARE, PYTHON } from "../support/tools.ts";
import { compiled } from "./programs.ts";

const example = compiled("serial", "serial");

// The other end of the line: Python's pseudo-terminal. The bytes 0x03 and 0x11 would be signals and flow control if the
// line were not raw. The speed has no constant, and Python no TCGETS2: the speeds are its last two numbers.
const PEER = `import array, fcntl, os, pty, sys, termios
here, there = pty.openpty()
print(os.ttyname(there), flush=True)
sys.stdin.readline()
cflag = termios.tcgetattr(here)[2]
speeds = array.array("I", fcntl.ioctl(here, ${String(sys.TCGETS2)}, bytes(44)))[-2:].tolist()
print(speeds, cflag & termios.CSIZE == termios.CS8, flush=True)
os.write(here, b"hel")
os.write(here, b"lo\\nwor\\x03ld\\x11\\r\\n")
answer = b""
while answer.count(b"\\n") < 2: answer += os.read(here, 64)
print(answer, flush=True)
sys.stdin.readline()`;

// More than a terminal has room for, and read only when all of it is written.
const LONG = 100_000;
const SLOW_PEER = `import os, pty, sys
here, there = pty.openpty()
print(os.ttyname(there), flush=True)
sys.stdin.readline()
line = b"x" * ${String(LONG)} + b"\\n"
while line: line = line[os.write(here, line):]
sys.stdin.readline()
answer = b""
while not answer.endswith(b"\\n"): answer += os.read(here, 65536)
print(len(answer), answer.count(b"X"), flush=True)`;

describe("examples/serial.ts", () => {
  it.each(["select", "poll", "epoll"])(
    "answers lines, and ends with the line (%s)",
    async (name) => {
      await using peer = new Program(PYTHON, [...BARE, "-c", PEER]);
      const path = await peer.nextLine();
      const [node, args] = example("serial", path, name, "74880");
      await using program = new Program(node, args);
      expect(await program.nextLine()).toBe(`${name}: ${path} at 74880`);

      peer.say("go on");

      expect(await peer.nextLine()).toBe("[74880, 74880] True");
      expect(await peer.nextLine()).toBe(String.raw`b'HELLO\nWOR\x03LD\x11\r\n'`);
      expect(await program.nextLine()).toBe("5 bytes: hello");
      expect(await program.nextLine()).toBe("8 bytes: wor\x03ld\x11\r");
      peer.end();
      await peer.ended;
      expect(await program.nextLine()).toBe("the line is gone");
      expect(await program.ended).toMatchObject({ code: 0, stderr: "" });
    },
  );

  it("answers a line that is longer than the terminal has room for", async () => {
    await using peer = new Program(PYTHON, [...BARE, "-c", SLOW_PEER]);
    const path = await peer.nextLine();
    const [node, args] = example("serial", path);
    await using program = new Program(node, args);
    await program.nextLine();
    peer.say("write");
    expect(await program.nextLine()).toBe(`${String(LONG)} bytes: ${"x".repeat(LONG)}`);

    peer.say("read");

    expect(await peer.nextLine()).toBe(`${String(LONG + 1)} ${String(LONG)}`);
  });
});
