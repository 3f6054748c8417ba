import { once } from "node:events";
import net from "node:net";
import { getSystemErrorName } from "node:util";
import { describe, expect, it } from "vitest";
import {
  checkInteger,
  invalidArgType,
  invalidArgValue,
  invalidState,
  outOfRange,
} from "../lib/arguments.ts";
import {
  check,
  checkNonBlocking,
  isSystemError,
  ResolveError,
  SystemError,
  withDetails,
} from "../lib/errors.ts";
import { errno } from "../lib/sys/errno.ts";

const { EACCES, EADDRINUSE, EAGAIN, EBADF, ENOENT } = errno;

/** What Node itself throws. */
function thrownBy(call: () => void): Error & { code: string } {
  try {
    call();
  } catch (error) {
    return error as Error & { code: string };
  }
  throw new Error("nothing was thrown");
}

describe("SystemError", () => {
  it("has the shape of Node's own for the same failure", async () => {
    const server = net.createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as net.AddressInfo;
    const second = net.createServer().listen(port, "127.0.0.1");
    const [theirs] = (await once(second, "error")) as [NodeJS.ErrnoException];

    const ours = new SystemError(EADDRINUSE, "listen", { address: "127.0.0.1", port });

    const { code, errno: number, syscall } = theirs;
    expect(ours).toMatchObject({ code, errno: number, syscall, address: "127.0.0.1", port });
    expect(theirs.message).toBe(`listen EADDRINUSE: address already in use 127.0.0.1:${port}`);
    server.close();
  });

  it.each([
    [{}, "call EACCES"],
    [{ fd: 5 }, "call EACCES"],
    [{ path: "/run/x" }, "call EACCES /run/x"],
    [{ path: "\0name" }, "call EACCES @name"],
    [{ path: "/run/a\nb\x1b" }, "call EACCES /run/a\\x0ab\\x1b"],
    [{ address: "127.0.0.1", port: 80 }, "call EACCES 127.0.0.1:80"],
    [{ address: "::1", port: 0 }, "call EACCES ::1:0"],
    [{ address: "::1" }, "call EACCES ::1"],
    [{ port: 80 }, "call EACCES"],
  ])("says with %j: %s", (details, message) => {
    expect(new SystemError(EACCES, "call", details).message).toBe(message);
  });

  it("has those details only that are known", () => {
    const error = new SystemError(EBADF, "close", { fd: 3, path: undefined });

    expect(Object.keys(error).sort()).toEqual(["code", "errno", "fd", "name", "syscall"]);
    expect(error).toMatchObject({ code: "EBADF", errno: -EBADF, syscall: "close", fd: 3 });
  });

  it("is an Error with its own name in the stack", () => {
    const error = new SystemError(ENOENT, "bind");

    expect(error).toBeInstanceOf(Error);
    expect([error.name, String(error)]).toEqual(["SystemError", "SystemError: bind ENOENT"]);
  });

  it("has Node's code for every number that Node knows, but EOPNOTSUPP", () => {
    const different = Object.values(errno).filter((number) => {
      const theirs = getSystemErrorName(-number);
      return theirs in errno && new SystemError(number, "call").code !== theirs;
    });

    expect([...new Set(different)]).toEqual([errno.EOPNOTSUPP]);
  });

  it("takes the first of two names, and the number where there is no name", () => {
    expect(new SystemError(errno.EWOULDBLOCK, "recv").code).toBe("EAGAIN");
    expect(new SystemError(errno.EDEADLOCK, "fcntl").code).toBe("EDEADLK");
    expect(new SystemError(4000, "ioctl").code).toBe("Unknown system error 4000");
  });
});

describe("check", () => {
  it("returns what is not negative", () => {
    expect([check(0, "call"), check(7, "call")]).toEqual([0, 7]);
  });

  it("throws what is negative, with the descriptor where it is given", () => {
    expect(() => check(-EBADF, "call", 9)).toThrow(
      expect.objectContaining({ code: "EBADF", errno: -EBADF, syscall: "call", fd: 9 }),
    );
    expect(thrownBy(() => check(-EBADF, "call"))).not.toHaveProperty("fd");
  });

  it("throws EAGAIN, which checkNonBlocking returns as null", () => {
    expect(() => check(-EAGAIN, "call")).toThrow(expect.objectContaining({ code: "EAGAIN" }));
    expect(checkNonBlocking(-EAGAIN, "call")).toBeNull();
    expect(checkNonBlocking(0, "call")).toBe(0);
    expect(() => checkNonBlocking(-EBADF, "call", 9)).toThrow(
      expect.objectContaining({ code: "EBADF", syscall: "call", fd: 9 }),
    );
  });
});

describe("isSystemError", () => {
  it("looks at the class and at the codes, where there are some", () => {
    const error = new SystemError(EBADF, "close");

    expect(isSystemError(error)).toBe(true);
    expect(isSystemError(error, "ENOENT", "EBADF")).toBe(true);
    expect(isSystemError(error, "ENOENT")).toBe(false);
    expect(isSystemError(Object.assign(new Error("x"), { code: "EBADF" }), "EBADF")).toBe(false);
    expect(isSystemError(undefined)).toBe(false);
  });
});

describe("withDetails", () => {
  it("returns what the call returns", () => {
    expect(withDetails({ path: "/x" }, () => 5)).toBe(5);
  });

  it("adds the address to a failure, and keeps the rest", () => {
    const fail = () => check(-EADDRINUSE, "bind", 3);

    expect(() => withDetails({ address: "::1", port: 80 }, fail)).toThrow(
      expect.objectContaining({
        message: "bind EADDRINUSE ::1:80",
        errno: -EADDRINUSE,
        fd: 3,
        address: "::1",
        port: 80,
      }),
    );
  });

  it("leaves other errors as they are", () => {
    const error = new TypeError("x");
    const fail = () => {
      throw error;
    };

    expect(thrownBy(() => withDetails({ path: "/x" }, fail))).toBe(error);
  });
});

describe("a caller's mistake", () => {
  it("has the class, the code and the beginning of the message that Node's own has", () => {
    const theirType = thrownBy(() => Buffer.alloc("x" as unknown as number));
    const theirRange = thrownBy(() => Buffer.alloc(-1));
    const ourType = invalidArgType("size", "of type number", "x");
    const ourRange = outOfRange("size", ">= 0", -1);

    expect([ourType.name, ourType.message]).toEqual([theirType.name, theirType.message]);
    expect(ourType).toMatchObject({ code: theirType.code });
    expect([ourRange.name, ourRange.message.slice(0, 35)]).toEqual([
      theirRange.name,
      theirRange.message.slice(0, 35),
    ]);
    expect(ourRange).toMatchObject({ code: theirRange.code });
  });

  it("has other codes for a value and for a state", () => {
    expect(invalidArgValue("path", "short", "x")).toMatchObject({
      name: "TypeError",
      code: "ERR_INVALID_ARG_VALUE",
    });
    expect(invalidState("closed")).toMatchObject({
      name: "Error",
      code: "ERR_INVALID_STATE",
      message: "Invalid state: closed",
    });
  });

  it.each([
    [undefined, "undefined"],
    [null, "null"],
    [Symbol("s"), "Symbol(s)"],
    [7n, "7"],
    [() => 1, "a function"],
    [new Map(), "an instance of Map"],
    [Object.create(null), "an instance of Object"],
    ["long".repeat(20), "type string ('longlonglonglonglonglonglong')"],
  ])("says what it received: case %#", (value: unknown, text) => {
    expect(invalidArgType("x", "a number", value).message).toBe(
      `The "x" argument must be a number. Received ${text}`,
    );
  });
});

describe("checkInteger", () => {
  it("returns an integer between its limits, both included", () => {
    expect([checkInteger(-1, "n", -1, 5), checkInteger(5, "n", -1, 5)]).toEqual([-1, 5]);
  });

  it.each([-2, 6, 0.5, NaN, Infinity])("throws a RangeError for %d", (value) => {
    expect(() => checkInteger(value, "n", -1, 5)).toThrow(
      expect.objectContaining({ name: "RangeError", code: "ERR_OUT_OF_RANGE" }),
    );
  });

  it.each(["1", 1n, null, undefined, {}])("throws a TypeError for %s", (value) => {
    expect(() => checkInteger(value, "n", -1, 5)).toThrow(
      expect.objectContaining({ name: "TypeError", code: "ERR_INVALID_ARG_TYPE" }),
    );
  });
});

describe("ResolveError", () => {
  it.each([
    [{}, "getaddrinfo EAI_NONAME (Name or service not known)"],
    [{ hostname: "a.example" }, "getaddrinfo EAI_NONAME a.example (Name or service not known)"],
    [
      { hostname: "a.example", service: "http" },
      "getaddrinfo EAI_NONAME a.example:http (Name or service not known)",
    ],
    [{ address: "192.0.2.1" }, "getaddrinfo EAI_NONAME 192.0.2.1 (Name or service not known)"],
    [{ hostname: "a\nb" }, "getaddrinfo EAI_NONAME a\\x0ab (Name or service not known)"],
  ])("says with %j: %s", (details, message) => {
    const error = new ResolveError(-2, "getaddrinfo", details);

    expect(error.message).toBe(message);
    expect(error).toMatchObject({
      code: "EAI_NONAME",
      eai: -2,
      syscall: "getaddrinfo",
      ...details,
    });
  });

  it("is no SystemError: its number is none of errno(3)", () => {
    expect(isSystemError(new ResolveError(-2, "getaddrinfo"))).toBe(false);
  });

  it("keeps the number of an error that has no name", () => {
    expect(new ResolveError(-99, "getaddrinfo")).toMatchObject({ code: "EAI -99", eai: -99 });
  });
});
