import { describe, expect, it } from "vitest";
import { run } from "../support/program.ts";
import { hasIoUring } from "../sys/io_uring_rings.ts";
import { compiled } from "./programs.ts";

const command = compiled("models", "io_models");

describe("examples/io_models.ts", () => {
  it("reads the same bytes in each model, or says that the kernel refuses io_uring", async () => {
    const [node, args] = command("io_models");

    const { code, stdout, stderr } = await run(node, ...args);

    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout.trimEnd().split("\n")).toEqual([
      "blocking: recv: hello",
      "non-blocking: recv = EAGAIN, recv: hello",
      "multiplexed: poll = 0, poll = 1, recv: hello",
      "signal-driven: read = signal 40 for the socket, recv: hello",
      hasIoUring
        ? "by completion: io_uring_enter = 1, io_uring_enter: hello"
        : expect.stringMatching(/^by completion: this kernel refuses io_uring: io_uring_setup E/),
    ]);
  });
});
