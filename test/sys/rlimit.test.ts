import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { describe, expect, it, onTestFinished } from "vitest";
import * as sys from "../../lib/sys/index.ts";
import { python, toolEnvironment } from "./support.ts";

const failure = (code: string, syscall: string): Error =>
  expect.objectContaining({ code, syscall }) as Error;

/** What the kernel says of a limit of this process. */
function limitsOf(name: string, pid = "self"): string[] {
  const line = new RegExp(`^${name} +(\\w+) +(\\w+)`, "m").exec(
    readFileSync(`/proc/${pid}/limits`, "utf8"),
  );
  return [String(line?.[1]), String(line?.[2])];
}

/** Runs `call` with a limit of this process changed; other tests share the process. */
function withLimit<T>(resource: number, limit: sys.ResourceLimit, call: () => T): T {
  const before = sys.getrlimit(resource);
  sys.setrlimit(resource, limit);
  try {
    return call();
  } finally {
    sys.setrlimit(resource, before);
  }
}

const text = (limit: number): string => (limit === Infinity ? "unlimited" : String(limit));

describe("getrlimit(2)", () => {
  it.each([
    ["RLIMIT_NOFILE", "Max open files"],
    ["RLIMIT_STACK", "Max stack size"],
    ["RLIMIT_CPU", "Max cpu time"],
    ["RLIMIT_CORE", "Max core file size"],
    ["RLIMIT_SIGPENDING", "Max pending signals"],
  ] as const)("reads %s as the kernel shows it, and Infinity for no limit", (name, shown) => {
    const { soft, hard } = sys.getrlimit(sys[name]);

    expect([text(soft), text(hard)]).toEqual(limitsOf(shown));
  });
});

describe("setrlimit(2)", () => {
  it("changes the limit, which programs that are started have as well", () => {
    const { hard } = sys.getrlimit(sys.RLIMIT_CORE);
    const inPython = '(r := __import__("resource")).getrlimit(r.RLIMIT_CORE)';

    const found = withLimit(sys.RLIMIT_CORE, { soft: 0, hard }, () => ({
      limit: sys.getrlimit(sys.RLIMIT_CORE),
      shown: limitsOf("Max core file size")[0],
      inPython: python(inPython),
    }));

    expect(found).toEqual({
      limit: { soft: 0, hard },
      shown: "0",
      inPython: `(0, ${String(hard === Infinity ? -1 : hard)})`,
    });
  });

  it("leaves what is open above a lower limit, and opening fails with EMFILE", () => {
    const { hard } = sys.getrlimit(sys.RLIMIT_NOFILE);
    const fd = sys.dup(1);
    onTestFinished(() => {
      sys.close(fd);
    });

    withLimit(sys.RLIMIT_NOFILE, { soft: 3, hard }, () => {
      expect(() => sys.dup(fd)).toThrow(failure("EMFILE", "dup"));
      expect(sys.fcntl(fd, sys.F_GETFD)).toBe(0);
    });
  });

  it("throws EINVAL for an unknown resource and a soft limit above the hard one", () => {
    expect(() => {
      sys.setrlimit(99, { soft: 1, hard: 1 });
    }).toThrow(failure("EINVAL", "setrlimit"));
    expect(() => {
      sys.setrlimit(sys.RLIMIT_CORE, { soft: 2, hard: 1 });
    }).toThrow(failure("EINVAL", "setrlimit"));
    expect(() => sys.getrlimit(99)).toThrow(failure("EINVAL", "getrlimit"));
  });

  it.each([-1, 0.5, NaN, 2 ** 60, -Infinity])("refuses a limit of %d", (soft) => {
    expect(() => {
      sys.setrlimit(sys.RLIMIT_CORE, { soft, hard: Infinity });
    }).toThrow(RangeError);
  });
});

describe("prlimit(2)", () => {
  it("changes a limit of another process, and returns the one before", () => {
    const child = spawn("cat", { stdio: ["pipe", "ignore", "ignore"], env: toolEnvironment() });
    const ended = once(child, "exit");
    onTestFinished(async () => {
      child.kill("SIGKILL");
      await ended;
    });
    const pid = child.pid ?? 0;
    const before = sys.prlimit(pid, sys.RLIMIT_NOFILE);
    const wanted = { soft: 77, hard: before.hard };

    expect(sys.prlimit(pid, sys.RLIMIT_NOFILE, wanted)).toEqual(before);

    expect(sys.prlimit(pid, sys.RLIMIT_NOFILE)).toEqual(wanted);
    expect(limitsOf("Max open files", String(pid))[0]).toBe("77");
  });

  it.each([0, "", false, 5, "x"])("says what the limit must be: %j is none", (limit) => {
    expect(() => sys.prlimit(0, sys.RLIMIT_NOFILE, limit as never)).toThrow(
      '"newLimit" argument must be an object with soft and hard',
    );
  });

  it("throws ESRCH for no process", () => {
    expect(() => sys.prlimit(2 ** 31 - 1, sys.RLIMIT_NOFILE)).toThrow(failure("ESRCH", "prlimit"));
  });
});
