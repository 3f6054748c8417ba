import { describe, expect, it } from "vitest";
import * as sys from "../../lib/sys/index.ts";
import { ORDER, python } from "./support.ts";

const hex = (bytes: Uint8Array | null): string => Buffer.from(bytes ?? []).toString("hex");
const invalid = expect.objectContaining({
  name: "TypeError",
  code: "ERR_INVALID_ARG_VALUE",
}) as TypeError;
const outside = expect.objectContaining({
  name: "RangeError",
  code: "ERR_OUT_OF_RANGE",
}) as RangeError;

describe("inet_pton(3)", () => {
  it.each([
    [sys.AF_INET, "127.0.0.1"],
    [sys.AF_INET, "255.255.255.255"],
    [sys.AF_INET6, "::"],
    [sys.AF_INET6, "fe80::1:2:3"],
    [sys.AF_INET6, "::ffff:1.2.3.4"],
  ])("reads, in family %d, %s as Python does, and inet_ntop writes it back", (af, text) => {
    const bytes = sys.inetPton(af, text);

    expect(hex(bytes)).toBe(python(`socket.inet_pton(${String(af)}, "${text}").hex()`));
    expect(sys.inetNtop(af, bytes ?? new Uint8Array())).toBe(text);
  });

  it.each(["", "1.2.3", "01.2.3.4", "1.2.3.256", "1.2.3.4 ", "::1", "localhost", "1.2.3.4\0x"])(
    "returns null for %j, which is no IPv4 address",
    (text) => {
      expect(sys.inetPton(sys.AF_INET, text)).toBeNull();
    },
  );

  it.each(["", ":", "1.2.3.4", "::1%lo", "[::1]", "12345::", "::1\0"])(
    "returns null for %j, which is no IPv6 address",
    (text) => {
      expect(sys.inetPton(sys.AF_INET6, text)).toBeNull();
    },
  );

  it("throws EAFNOSUPPORT for another family", () => {
    expect(() => sys.inetPton(sys.AF_UNIX, "::1")).toThrow(
      expect.objectContaining({ code: "EAFNOSUPPORT", syscall: "inet_pton" }),
    );
  });

  it("refuses what is no string", () => {
    expect(() => sys.inetPton(sys.AF_INET, 1 as unknown as string)).toThrow(
      expect.objectContaining({ name: "TypeError", code: "ERR_INVALID_ARG_TYPE" }),
    );
  });
});

describe("inet_ntop(3)", () => {
  it("writes the shortest form", () => {
    const bytes = new Uint8Array(16);
    bytes[15] = 1;

    expect(sys.inetNtop(sys.AF_INET6, bytes)).toBe("::1");
  });

  it("throws EAFNOSUPPORT for another family", () => {
    expect(() => sys.inetNtop(sys.AF_UNIX, new Uint8Array(16))).toThrow(
      expect.objectContaining({ code: "EAFNOSUPPORT", syscall: "inet_ntop" }),
    );
  });

  it("refuses too few bytes", () => {
    expect(() => sys.inetNtop(sys.AF_INET, new Uint8Array(3))).toThrow(outside);
    expect(() => sys.inetNtop(sys.AF_INET6, new Uint8Array(15))).toThrow(outside);
  });
});

describe("struct sockaddr_in", () => {
  it("has the bytes that Python's struct packs", () => {
    const packed = `struct.pack("${ORDER}H", ${String(sys.AF_INET)}) + struct.pack("!H", 8080)`;

    const expected = python(`(${packed} + socket.inet_aton("192.0.2.1") + bytes(8)).hex()`);

    expect(hex(sys.sockaddrIn("192.0.2.1", 8080))).toBe(expected);
  });

  it.each([
    ["0.0.0.0", 0],
    ["192.0.2.1", 65535],
  ])("is read back as %s and %d", (address, port) => {
    const bytes = sys.sockaddrIn(address, port);

    expect(sys.sockaddrInternet(bytes)).toEqual({ address, port });
    expect(sys.sockaddrFamily(bytes)).toBe(sys.AF_INET);
  });

  it.each([-1, 65536, 1.5, NaN])("refuses port %d", (port) => {
    expect(() => sys.sockaddrIn("127.0.0.1", port)).toThrow(outside);
    expect(() => sys.sockaddrIn6("::1", port)).toThrow(outside);
  });

  it("refuses an address of the other family, and a name", () => {
    expect(() => sys.sockaddrIn("::1", 1)).toThrow(invalid);
    expect(() => sys.sockaddrIn6("127.0.0.1", 1)).toThrow(invalid);
    expect(() => sys.sockaddrIn("localhost", 1)).toThrow(invalid);
  });
});

describe("struct sockaddr_in6", () => {
  it("has the bytes that Python's struct packs", () => {
    const start = `struct.pack("${ORDER}H", ${String(sys.AF_INET6)}) + struct.pack("!HI", 443, 0x12345)`;
    const end = `socket.inet_pton(socket.AF_INET6, "2001:db8::7") + struct.pack("${ORDER}I", 0xfedcba98)`;

    const expected = python(`(${start} + ${end}).hex()`);

    expect(hex(sys.sockaddrIn6("2001:db8::7", 443, 0x12345, 0xfedcba98))).toBe(expected);
  });

  it("is read back whole", () => {
    const bytes = sys.sockaddrIn6("fe80::1", 443, 7, 2 ** 32 - 1);

    expect(sys.sockaddrInternet(bytes)).toEqual({
      address: "fe80::1",
      port: 443,
      flowInfo: 7,
      scopeId: 2 ** 32 - 1,
    });
    expect(sys.sockaddrFamily(bytes)).toBe(sys.AF_INET6);
  });

  it("refuses flow information and scopes beyond 32 bits", () => {
    expect(() => sys.sockaddrIn6("::1", 1, 2 ** 32)).toThrow(outside);
    expect(() => sys.sockaddrIn6("::1", 1, 0, -1)).toThrow(outside);
  });
});

describe("struct sockaddr_un", () => {
  const bytesOf = (name: string) => Buffer.concat([family, Buffer.from(name)]).toString("hex");
  const family = Buffer.from(Uint16Array.of(sys.AF_UNIX).buffer);

  it.each([
    ["a path with a NUL at its end", "/tmp/x", "/tmp/x\0"],
    ["an abstract name as long as it is", "\0a\0b", "\0a\0b"],
    ["an unnamed one as its family alone", "", ""],
    ["a name outside of ASCII in UTF-8", "/é", "/é\0"],
  ])("holds %s", (_, path, name) => {
    expect(hex(sys.sockaddrUn(path))).toBe(bytesOf(name));
  });

  it("takes bytes that are no UTF-8", () => {
    const name = Uint8Array.of(0x2f, 0xff, 0xfe);

    expect(sys.sockaddrUnixName(sys.sockaddrUn(name))).toEqual(name);
  });

  it.each(["/tmp/x", "\0a\0b\0", "\0", ""])("is read back as %j", (path) => {
    const name = sys.sockaddrUnixName(sys.sockaddrUn(path));

    expect(new TextDecoder().decode(name ?? undefined)).toBe(path);
  });

  it("holds paths and abstract names of SUN_PATH_SIZE bytes", () => {
    const path = "p".repeat(sys.SUN_PATH_SIZE);
    const abstract = "\0" + path.slice(1);

    expect(sys.sockaddrUnixName(sys.sockaddrUn(path))).toHaveLength(sys.SUN_PATH_SIZE);
    expect(sys.sockaddrUnixName(sys.sockaddrUn(abstract))).toHaveLength(sys.SUN_PATH_SIZE);
    expect(sys.sockaddrUn(path)).toHaveLength(sys.SOCKADDR_UN_SIZE);
    expect(() => sys.sockaddrUn(path + "p")).toThrow(outside);
    expect(() => sys.sockaddrUn(abstract + "p")).toThrow(outside);
  });

  it("refuses a NUL inside a path, and what is no name", () => {
    expect(() => sys.sockaddrUn("/tmp\0x")).toThrow(invalid);
    expect(() => sys.sockaddrUn(5 as unknown as string)).toThrow(
      expect.objectContaining({ name: "TypeError", code: "ERR_INVALID_ARG_TYPE" }),
    );
  });
});

describe("struct sockaddr", () => {
  it.each([0, 1])("is of AF_UNSPEC with %d bytes", (length) => {
    expect(sys.sockaddrFamily(new Uint8Array(length).fill(1))).toBe(sys.AF_UNSPEC);
  });

  it("is no internet address when cut short, and no unix name of another family", () => {
    const [in4, in6] = [sys.sockaddrIn("1.2.3.4", 5), sys.sockaddrIn6("::1", 5)];

    expect(sys.sockaddrInternet(in4.subarray(0, 15))).toBeNull();
    expect(sys.sockaddrInternet(in6.subarray(0, 27))).toBeNull();
    expect(sys.sockaddrInternet(sys.sockaddrUn("/a-path-that-is-long-enough"))).toBeNull();
    expect(sys.sockaddrUnixName(in4)).toBeNull();
  });

  it("is read where its view begins", () => {
    const memory = new Uint8Array(64).fill(0xff);
    memory.set(sys.sockaddrIn("1.2.3.4", 5), 7);

    expect(sys.sockaddrInternet(memory.subarray(7))).toEqual({ address: "1.2.3.4", port: 5 });
  });
});
