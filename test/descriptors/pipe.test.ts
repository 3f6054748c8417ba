import { describe, expect, it } from "vitest";
import { Pipe } from "../../lib/descriptors/pipe.ts";
import * as sys from "../../lib/sys/index.ts";

describe("Pipe", () => {
  it("carries bytes from its writer to its reader, and has nothing before", () => {
    using pipe = new Pipe();
    const buffer = Buffer.alloc(8);

    expect(pipe.reader.read(buffer)).toBeNull();
    expect(pipe.writer.write(Buffer.from("-hello-"), 1, 5)).toBe(5);

    expect(pipe.reader.read(buffer, 1)).toBe(5);
    expect(buffer.toString("latin1", 1, 6)).toBe("hello");
  });

  it("ends with 0 without a writer, and is EPIPE without a reader, which ends no process", () => {
    using finished = new Pipe();
    using broken = new Pipe();

    finished.writer.close();
    broken.reader.close();

    expect(finished.reader.read(new Uint8Array(1))).toBe(0);
    expect(() => broken.writer.write(Buffer.from("x"))).toThrow(
      expect.objectContaining({ code: "EPIPE", syscall: "write", fd: broken.writer.fd }),
    );
  });

  it("holds as much as its capacity says, and then would block", () => {
    using pipe = new Pipe();
    pipe.capacity = 4096;
    const size = pipe.capacity;

    expect(pipe.writer.write(new Uint8Array(size + 1))).toBe(size);
    expect(pipe.writer.write(new Uint8Array(1))).toBeNull();
    expect(size).toBeGreaterThanOrEqual(4096);
  });

  it("keeps what each write wrote apart as packets", () => {
    using pipe = new Pipe({ packets: true });
    const buffer = Buffer.alloc(64);
    for (const text of ["one", "three"]) pipe.writer.write(Buffer.from(text));

    expect([pipe.reader.read(buffer), pipe.reader.read(buffer)]).toEqual([3, 5]);
  });

  it("is close-on-exec at both ends, and blocks only when asked to", () => {
    using pipe = new Pipe({ blocking: true });

    for (const { fd } of [pipe.reader, pipe.writer]) {
      expect(sys.fcntl(fd, sys.F_GETFD)).toBe(sys.FD_CLOEXEC);
      expect(sys.fcntl(fd, sys.F_GETFL) & sys.O_NONBLOCK).toBe(0);
    }
  });

  it("closes both ends, the second also when somebody else has closed the first", () => {
    const pipe = new Pipe();
    sys.close(pipe.reader.fd);

    expect(() => {
      pipe.close();
    }).toThrow(expect.objectContaining({ code: "EBADF" }));

    pipe.close();
    expect([pipe.reader.closed, pipe.writer.closed]).toEqual([true, true]);
  });
});
