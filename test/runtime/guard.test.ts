import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { SystemError } from "../../lib/errors.ts";
import { Guard } from "../../lib/runtime/guard.ts";
import { errno } from "../../lib/sys/errno.ts";

const tick = async (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function fail(error: unknown): () => never {
  return () => {
    throw error;
  };
}

describe("a guarded callback", () => {
  let heard: unknown[];
  let guard: Guard;

  beforeEach(() => {
    heard = [];
    guard = new Guard((error) => {
      heard.push(error);
    });
  });

  it("tells onError what it has thrown, and what its promise was rejected with", async () => {
    guard.call(fail("thrown"));
    guard.call(async () => Promise.reject(new Error("rejected")));
    guard.call(() => "fine");
    await tick();

    expect(heard).toEqual(["thrown", new Error("rejected")]);
  });

  it("tells what any thenable is rejected with, also a function", () => {
    const then = (_: unknown, reject: (reason: unknown) => void): void => {
      reject("no promise");
    };

    guard.call(() => ({ then }));
    guard.call(() => Object.assign(() => undefined, { then }));
    guard.call(() => ({ then: fail("thrown by then()") }));

    expect(heard).toEqual(["no promise", "no promise", "thrown by then()"]);
  });

  it("closes whom it concerns after that, and tells when that fails too", () => {
    const close = (error: unknown): void => {
      heard.push(`closed for ${String(error)}`);
      throw new SystemError(errno.EBADF, "close");
    };

    guard.call(fail("thrown"), { close });

    const second: unknown = expect.objectContaining({ code: "EBADF", syscall: "close" });
    expect(heard).toEqual(["thrown", "closed for thrown", second]);
  });
});

describe("where nobody hears it, a warning with the stack", () => {
  let warnings: (Error & { code?: string; detail?: string })[];

  beforeEach(() => {
    warnings = [];
    const note = (warning: Error): unknown => warnings.push(warning);
    process.on("warning", note);
    onTestFinished(() => {
      process.off("warning", note);
    });
  });

  it("is emitted for what is thrown, and for what onError itself throws or rejects with", async () => {
    const rejecting: () => unknown = () => Promise.reject(new Error("third"));
    new Guard().call(fail(new Error("unheard")));
    new Guard(fail(new Error("second"))).call(fail(new Error("first")));
    new Guard(rejecting).call(fail(new Error("first")));
    await tick();

    const warning = (text: string): unknown =>
      expect.objectContaining({
        name: "PolluxWarning",
        code: "POLLUX_CALLBACK_FAILED",
        message: `A callback has failed: Error: ${text}`,
        detail: expect.stringContaining("guard.test.ts") as unknown,
      });
    expect(warnings).toEqual(["unheard", "second", "third"].map(warning));
  });

  it("is emitted for values that are no errors, and those that cannot be printed", async () => {
    const hostile = new Proxy({}, { get: fail("hostile"), has: fail("hostile") });

    new Guard().call(fail(null));
    new Guard().call(fail(Object.create(null)));
    new Guard().call(fail(hostile));
    new Guard().call(fail("text"));
    await tick();

    expect(warnings.map(({ message }) => message)).toEqual([
      "A callback has failed: null",
      "A callback has failed: [Object: null prototype] {}",
      "A callback has failed: a value without a text",
      "A callback has failed: text",
    ]);
  });

  it("has a text of its own for a system call of the library", async () => {
    new Guard().tell(new SystemError(errno.EACCES, "accept4"));
    await tick();

    expect(warnings).toMatchObject([
      {
        code: "POLLUX_CALL_FAILED",
        message: "A system call has failed: SystemError: accept4 EACCES",
      },
    ]);
  });
});
