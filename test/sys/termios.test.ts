import { constants, openSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as sys from "../../lib/sys/index.ts";
import { Program } from "../support/program.ts";
import { BARE, PYTHON } from "../support/tools.ts";
import { opened, openPipe } from "./support.ts";

const failing = (code: string) => expect.objectContaining({ code, syscall: "ioctl" });

// The other end of a pseudo-terminal. Each line that it reads is an expression about it.
const PEER = `import array, fcntl, os, pty, sys, termios
here, there = pty.openpty()
print(os.ttyname(there), flush=True)
for line in sys.stdin: print(eval(line), flush=True)`;

class Terminal implements AsyncDisposable {
  readonly #peer = new Program(PYTHON, [...BARE, "-c", PEER]);

  async open(): Promise<number> {
    const path = await this.#peer.nextLine();
    return opened(openSync(path, constants.O_RDWR | constants.O_NOCTTY));
  }

  /** What Python says, as JSON does too. */
  async ask(expression: string): Promise<unknown> {
    this.#peer.say(expression);
    return JSON.parse(await this.#peer.nextLine());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#peer[Symbol.asyncDispose]();
  }
}

/** iflag, oflag, cflag, lflag, the speed as one of the constants B…, and the bytes of cc. */
const ATTRIBUTES =
  "[*(a := termios.tcgetattr(here))[:5], [c if isinstance(c, int) else c[0] for c in a[6]]]";

describe("ioctl(2) of a terminal", () => {
  it.each([
    ["TCGETS", sys.TCGETS, sys.TERMIOS],
    ["TCGETS2", sys.TCGETS2, sys.TERMIOS2],
  ])("reads with %s what Python reads", async (_, op, layout) => {
    await using terminal = new Terminal();
    const fd = await terminal.open();

    const { iflag, oflag, cflag, lflag, cc } = sys.ioctlStruct(fd, op, layout);

    const [i, o, c, l, speed, characters] = (await terminal.ask(ATTRIBUTES)) as number[];
    expect([iflag, oflag, cflag, lflag]).toEqual([i, o, c, l]);
    expect(cflag & sys.CBAUD).toBe(speed);
    expect((characters as unknown as number[]).slice(0, 17)).toEqual(cc.slice(0, 17));
  });

  it.each([
    ["TCSETS", sys.TCSETS],
    ["TCSETSW", sys.TCSETSW],
    ["TCSETSF", sys.TCSETSF],
  ])("sets with %s what Python then reads", async (_, op) => {
    await using terminal = new Terminal();
    const fd = await terminal.open();
    const before = sys.ioctlStruct(fd, sys.TCGETS, sys.TERMIOS);
    const cc = before.cc.map((each, index) => (index === sys.VINTR ? 0x19 : each));

    sys.ioctlStruct(fd, op, sys.TERMIOS, {
      ...before,
      cc,
      lflag: before.lflag & ~sys.ECHO,
      cflag: (before.cflag & ~sys.CBAUD) | sys.B19200,
    });

    const [, , , lflag, speed, characters] = (await terminal.ask(ATTRIBUTES)) as number[];
    expect([lflag, speed]).toEqual([before.lflag & ~sys.ECHO, sys.B19200]);
    expect((characters as unknown as number[])[sys.VINTR]).toBe(0x19);
  });

  it.each([
    ["TCSETS2", sys.TCSETS2],
    ["TCSETSW2", sys.TCSETSW2],
    ["TCSETSF2", sys.TCSETSF2],
  ])("sets with %s a speed that has no constant", async (_, op) => {
    await using terminal = new Terminal();
    const fd = await terminal.open();
    const before = sys.ioctlStruct(fd, sys.TCGETS2, sys.TERMIOS2);
    const cflag = (before.cflag & ~(sys.CBAUD | sys.CIBAUD)) | sys.BOTHER;

    sys.ioctlStruct(fd, op, sys.TERMIOS2, { ...before, cflag, ispeed: 74_880, ospeed: 74_880 });

    // Python has no TCGETS2; the two speeds are the last numbers of its argument, of 44 bytes.
    const request = `array.array("I", fcntl.ioctl(here, ${String(sys.TCGETS2)}, bytes(44))).tolist()`;
    expect(await terminal.ask(`${request}[-2:]`)).toEqual([74_880, 74_880]);
  });

  it("agrees with Python on the size of the window, both ways", async () => {
    await using terminal = new Terminal();
    const fd = await terminal.open();
    const size = { row: 24, col: 132, xpixel: 1320, ypixel: 480 };

    sys.ioctlStruct(fd, sys.TIOCSWINSZ, sys.WINSIZE, size);

    expect(await terminal.ask("list(os.get_terminal_size(here))")).toEqual([132, 24]);
    await terminal.ask(
      'fcntl.ioctl(here, termios.TIOCSWINSZ, array.array("H", [1, 2, 3, 4])) and 1',
    );
    expect(sys.ioctlStruct(fd, sys.TIOCGWINSZ, sys.WINSIZE)).toEqual({
      row: 1,
      col: 2,
      xpixel: 3,
      ypixel: 4,
    });
  });

  it("refuses other openings after TIOCEXCL, and takes them after TIOCNXCL", async () => {
    await using terminal = new Terminal();
    const fd = await terminal.open();
    const TIOCGEXCL = `int.from_bytes(fcntl.ioctl(there, ${String(0x8004_5440)}, bytes(4)), sys.byteorder)`;

    sys.ioctl(fd, sys.TIOCEXCL, new Uint8Array());
    const exclusive = await terminal.ask(TIOCGEXCL);
    sys.ioctl(fd, sys.TIOCNXCL, new Uint8Array());

    expect([exclusive, await terminal.ask(TIOCGEXCL)]).toEqual([1, 0]);
  });

  it("throws ENOTTY for what is no terminal, and for a terminal without modem lines", async () => {
    await using terminal = new Terminal();
    const fd = await terminal.open();
    const [readEnd] = openPipe();

    expect(() => sys.ioctlStruct(readEnd, sys.TCGETS2, sys.TERMIOS2)).toThrow(failing("ENOTTY"));
    expect(() => sys.ioctlStruct(readEnd, sys.TCSETS2, sys.TERMIOS2)).toThrow(failing("ENOTTY"));
    expect(() => sys.ioctlInt(readEnd, sys.TIOCMGET)).toThrow(failing("ENOTTY"));
    for (const op of [sys.TIOCMGET, sys.TIOCMSET, sys.TIOCMBIS, sys.TIOCMBIC])
      expect(() => sys.ioctlInt(fd, op, sys.TIOCM_DTR)).toThrow(
        expect.objectContaining({ syscall: "ioctl" }),
      );
  });
});
